/**
 * How children are shared out among classical operators and language models: the settings, and the shares that follow
 * from them. A run without these settings has no models, and its operators go by their weights.
 */
import { allocate, type ArmStats, type BanditOptions } from './bandit.ts'
import { PROMPT_KINDS, armOf, type PromptKind } from './completion.ts'
import { defaultsOf, numberOption, textOption, type OptionField, type Options } from './options.ts'
import type { RunSettings } from './settings.ts'

export type Policy = 'shares' | 'uniform' | 'bandit' | 'ladder'

/** One kind of prompt to one model. */
export interface Arm {
  readonly model: string
  readonly kind: PromptKind
}

export interface Mix {
  readonly policy: Policy
  /** `lockstep`: each generation has its share from the models and waits for it. `free`: nothing waits for a token. */
  readonly pace: 'free' | 'lockstep'
  /** Weight of all classical operators together, beside the weights of the kinds. */
  readonly classical: number
  /** Weight of each kind of prompt; models in play divide it evenly. */
  readonly kinds: Readonly<Record<Exclude<PromptKind, 'fix'>, number>>
  /** How often a child that is refused, lazy or known is asked for again. */
  readonly retries: number
  readonly context: 'blind' | 'informed'
  readonly temperature: number
  /** What models of our own aim at, 1..5. */
  readonly quality: number
  /** Least distance by text to everybody in the archive, as a share of n-grams; 0 asks for any difference. */
  readonly novelty: number
  /** Share of the GPU's time that models may take while they write. */
  readonly gpuShare: number
  readonly bandit: BanditOptions
}

const share = (key: string, label: string, value: number, help: string): OptionField => ({
  key, label, kind: 'number', group: 'variation', min: 0, max: 100, step: 0.1, default: value, help,
}) // prettier-ignore

export const MIX_FIELDS: readonly OptionField[] = [
  {
    key: 'policy', label: 'Who writes next', kind: 'choice', group: 'variation', default: 'shares',
    choices: [
      { value: 'shares', label: 'Fixed shares' }, { value: 'uniform', label: 'All alike' },
      { value: 'bandit', label: 'Whoever pays (bandit)' }, { value: 'ladder', label: 'Cheap first (ladder)' },
    ],
    help: 'How calls are shared among operators and models: by the shares below, evenly, or by what each added to the archive for its cost.',
  },
  {
    key: 'pace', label: 'Pace of models', kind: 'choice', group: 'variation', default: 'free',
    choices: [{ value: 'free', label: 'Free: nothing waits' }, { value: 'lockstep', label: 'In step: each generation has its share' }],
    help: 'Free: operators keep the machine busy while models write. In step: a generation waits for what it asked of models.',
  },
  share('classical', 'Share of operators', 1, 'Weight of all classical operators together, beside the shares of the prompts.'),
  share('mutate', 'Share of "mutate"', 1, 'A model reads one parent and writes a changed child.'),
  share('resample', 'Share of "resample"', 1, 'A model of ours draws a few fields of the parent anew, and keeps the rest.'),
  share('crossover', 'Share of "crossover"', 0.5, 'A model reads two parents and writes a child of both.'),
  share('new', 'Share of "new"', 0.1, 'A model writes one from nothing.'),
  {
    key: 'context', label: 'What models are told', kind: 'choice', group: 'variation', default: 'informed', advanced: true,
    choices: [{ value: 'blind', label: 'The parents alone (blind)' }, { value: 'informed', label: 'How parents did as well (informed)' }],
    help: 'Blind is what Digital Red Queen does. Informed adds scores, lost battles, the opponent\'s source and what earlier edits did.',
  },
  {
    key: 'temperature', label: 'Temperature', kind: 'number', group: 'variation', min: 0, max: 2, step: 0.05, default: 0.7, advanced: true,
    help: 'How far models stray from what they think likeliest: 0 never, 1 as they learned it.',
  },
  {
    key: 'quality', label: 'Aim', kind: 'integer', group: 'variation', min: 1, max: 5, default: 5, advanced: true,
    help: 'What models of our own are told to write: 5 like the best of what they learned from, 1 like the first beginnings.',
  },
  {
    key: 'retries', label: 'Asked again', kind: 'integer', group: 'variation', min: 0, max: 3, default: 3, advanced: true,
    help: 'How often a child that is refused, known or its parent\'s twin is asked for again.',
  },
  {
    key: 'novelty', label: 'Least difference', kind: 'number', group: 'variation', min: 0, max: 0.9, step: 0.05, default: 0, advanced: true,
    help: 'How far a child\'s text must be from that of every kept one, as a share of its groups of three words; 0 takes any that is not known yet.',
  },
  {
    key: 'exploration', label: 'Curiosity', kind: 'number', group: 'variation', min: 0, max: 2, step: 0.05, default: 0.25, advanced: true,
    help: 'How much the bandit tries what it knows little of.',
  },
  {
    key: 'gpuShare', label: 'GPU share of models', kind: 'number', group: 'variation', min: 0.1, max: 0.9, step: 0.1, default: 0.5, advanced: true,
    help: 'After each call to a model the GPU belongs to the battles until they had their share.',
  },
] // prettier-ignore

export const MIX_DEFAULTS: Options = defaultsOf(MIX_FIELDS)

export function mixOf({ mix = MIX_DEFAULTS }: Pick<RunSettings, 'mix'>): Mix {
  const all = { ...MIX_DEFAULTS, ...mix }
  const policy = textOption(all, 'policy') as Policy
  const number = (key: string) => numberOption(all, key)
  return {
    policy,
    pace: textOption(all, 'pace') as Mix['pace'],
    classical: number('classical'),
    kinds: {
      new: number('new'),
      mutate: number('mutate'),
      crossover: number('crossover'),
      resample: number('resample'),
    },
    retries: number('retries'),
    context: textOption(all, 'context') as Mix['context'],
    temperature: number('temperature'),
    quality: number('quality'),
    novelty: number('novelty'),
    gpuShare: number('gpuShare'),
    bandit: { exploration: number('exploration'), cheapFirst: policy === 'ladder' },
  }
}

/** Whether a policy goes by experience. */
export const learns = (policy: Policy): boolean => policy === 'bandit' || policy === 'ladder'

/** An operator as the shares see it. */
export interface Weighed {
  readonly id: string
  /** Its weight in the settings; 0 is switched off, whatever the policy. */
  readonly weight: number
}

/** Weights of the classical operators among themselves. */
export function operatorWeights(mix: Mix, bandit: readonly ArmStats[], operators: readonly Weighed[]): number[] {
  if (mix.policy === 'shares') return operators.map(({ weight }) => weight)
  const on = operators.filter(({ weight }) => weight > 0)
  if (mix.policy === 'uniform') return operators.map(({ weight }) => (weight > 0 ? 1 : 0))
  const ids = on.map(({ id }) => id)
  const calls = allocate(bandit, ids, ROUND_OF_CALLS, mix.bandit)
  return operators.map(({ id, weight }) => (weight > 0 ? (calls[ids.indexOf(id)] ?? 0) : 0))
}

/** Calls that shares are worked out over: fine enough for a share of half a per cent. */
const ROUND_OF_CALLS = 200

/**
 * How many of `count` children are to be asked of each arm; the rest is the classical operators'. Fractions are carried in
 * the generation's number, so that a share of half a child is one child every other generation.
 */
export function callsFor(
  mix: Mix,
  bandit: readonly ArmStats[],
  operators: readonly Weighed[],
  arms: readonly Arm[],
  count: number,
  generation: number,
): number[] {
  if (arms.length === 0) return []
  const on = operators.filter(({ weight }) => weight > 0)
  let shares: number[]
  if (learns(mix.policy)) {
    const allowed = arms.filter((arm) => weightOf(mix, arm, arms) > 0)
    const ids = [...on.map(({ id }) => id), ...allowed.map(({ model, kind }) => armOf(model, kind))]
    const calls = allocate(bandit, ids, Math.max(count, ids.length), mix.bandit)
    const total = calls.reduce((sum, call) => sum + call, 0)
    shares = arms.map((arm) => {
      const at = allowed.indexOf(arm)
      return at < 0 ? 0 : (calls[on.length + at] ?? 0) / total
    })
  } else {
    const weights = arms.map((arm) =>
      mix.policy === 'uniform' ? Math.sign(weightOf(mix, arm, arms)) : weightOf(mix, arm, arms),
    )
    const classical = mix.policy === 'uniform' ? on.length : on.length > 0 ? mix.classical : 0
    const total = weights.reduce((sum, weight) => sum + weight, classical)
    shares = weights.map((weight) => (total > 0 ? weight / total : 0))
  }
  return wholeCalls(shares, count, generation)
}

/** Whole numbers whose means over the generations are the shares; all of `count` where the shares are everything. */
function wholeCalls(shares: readonly number[], count: number, generation: number): number[] {
  const calls = shares.map(
    (part) => Math.floor(generation * count * part) - Math.floor((generation - 1) * count * part),
  )
  const whole = shares.reduce((sum, part) => sum + part, 0) > 1 - 1e-9
  const most = shares.indexOf(Math.max(...shares))
  const excess = calls.reduce((sum, call) => sum + call, 0) - count
  if (excess > 0 || whole) calls[most] = Math.max(0, (calls[most] ?? 0) - excess)
  return calls
}

/** A kind's weight is divided among the models that offer it. */
function weightOf(mix: Mix, { kind }: Arm, arms: readonly Arm[]): number {
  if (kind === 'fix') return 0
  return mix.kinds[kind] / arms.filter((arm) => arm.kind === kind).length
}

/** The arms that a model offers: all kinds that can be asked for by themselves. */
export const armsOf = (model: string, kinds: readonly PromptKind[]): readonly Arm[] =>
  PROMPT_KINDS.filter((kind) => kind !== 'fix' && kinds.includes(kind)).map((kind) => ({ model, kind }))
