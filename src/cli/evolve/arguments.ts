/** What `npm run evolve -- ...` was asked for. */
import { parseArgs } from 'node:util'
import type { Arena, Preset, Strategy } from '../../core/contracts.ts'
import { MIX_DEFAULTS, MIX_FIELDS } from '../../core/mix.ts'
import { checkOptions, type OptionField, type Options, type OptionValue } from '../../core/options.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type { RoomSpec } from '../../engine/protocol.ts'
import { RUN_FIELDS, type RunSettings } from '../../core/settings.ts'

/** In step unless told otherwise: a run of the command line is to be repeatable. */
export const MIX_START: Options = { ...MIX_DEFAULTS, pace: 'lockstep' }

export const HELP = `npm run evolve -- [options]

  --arena ID          what evolves: core-war, diffusion-cache or singular-values (core-war; with --resume that of the run)
  --preset ID         the world to start from: nano, tiny, 94nop, drq, ... of core-war, quick, ecad, ... of diffusion-cache, clothes, sums, ... of singular-values
  --strategy ID       map-elites, nsga2, random, red-queen, cma-es, sep-cma-es, snes, open-es, eggroll or gaussian-search
                      (the preset's, or map-elites)
  --seed N            same seed, same run (1)
  --evaluations N     how many to judge, e.g. 2e6 (100000, or 5000 where one takes long; in rounds, as many as they take)
  --population N      children a generation (the preset's, or 64)
  --set KEY=VALUE     one of the arena's options; may be repeated
  --tactic KEY=VALUE  one of the strategy's options, e.g. rounds=8 for red-queen; may be repeated
  --operator ID=W     weight of an operator, 0 switches it off; may be repeated
  --model ID          a language model of ours that writes children too, e.g. redcode-nano; may be repeated
  --mix KEY=VALUE     how children are shared out among operators and models; may be repeated:
${MIX_FIELDS.map(mixLine).join('\n')}
  --hub URL           be an island at this hub (npm run island tells more), with --room NAME and --island NAME
  --out FOLDER        where run.evo and the files of the best go, e.g. warriors/*.red (runs/<preset>-<seed>)
  --resume            go on from FOLDER/run.evo, with its models; --evaluations then counts from the start of that run
  --replay FILE.evo   play a run again from its tape, without any model, and compare the archives:
                      exit status 0 for the same, 1 for another; writes nothing
  --lanes N           worker threads (all cores)
  --engine cpu|gpu    what scores them (cpu)
  --forget            score again what was scored before: same run, slower
  --help              this text`

function mixLine(field: OptionField): string {
  const values =
    field.kind === 'choice'
      ? field.choices.map(({ value }) => value).join('|')
      : field.kind === 'boolean'
        ? 'true|false'
        : `${field.min}..${field.max}`
  return `                        ${`${field.key}=${values}`.padEnd(36)} ${field.label} (${MIX_START[field.key]})`
}

export interface EvolveArguments {
  /** Absent: the run's that is gone on with, or the usual one. */
  readonly arena: string | undefined
  readonly preset: string | undefined
  readonly strategy: string | undefined
  readonly evaluations: number | undefined
  readonly out: string | undefined
  readonly resume: boolean
  /** The `.evo` file to be played again. */
  readonly replay: string | undefined
  readonly lanes: number | undefined
  readonly engine: 'cpu' | 'gpu'
  readonly forget: boolean
  readonly help: boolean
  readonly run: Readonly<Record<string, number>>
  readonly set: Readonly<Record<string, string>>
  readonly tactics: Readonly<Record<string, string>>
  readonly operators: Readonly<Record<string, string>>
  /** Set for an island. */
  readonly room: RoomSpec | null
  readonly models: readonly string[]
  readonly mix: Readonly<Record<string, string>>
}

/** What a replay may be told: everything else is in the file. */
const OF_REPLAY = ['replay', 'lanes', 'engine', 'forget', 'help']

export function readArguments(args: readonly string[]): Result<EvolveArguments> {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      tokens: true,
      options: {
        arena: { type: 'string' }, preset: { type: 'string' }, strategy: { type: 'string' },
        seed: { type: 'string' }, evaluations: { type: 'string' }, population: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] }, tactic: { type: 'string', multiple: true, default: [] }, operator: { type: 'string', multiple: true, default: [] },
        model: { type: 'string', multiple: true, default: [] }, mix: { type: 'string', multiple: true, default: [] },
        hub: { type: 'string' }, room: { type: 'string' }, island: { type: 'string' }, out: { type: 'string' }, resume: { type: 'boolean', default: false }, replay: { type: 'string' }, lanes: { type: 'string' },
        engine: { type: 'string', default: 'cpu' }, forget: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
      },
    }) // prettier-ignore
  } catch (error) {
    return fail('bad-argument', `${error instanceof Error ? error.message.split('.')[0] : String(error)}. See --help.`)
  }
  const { values, tokens } = parsed
  const told = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []))
  const idle = told.find((name) => !OF_REPLAY.includes(name))
  if (values.replay !== undefined && idle !== undefined)
    return fail('bad-argument', `--replay takes everything from its file: leave out --${idle}.`)
  const run: [string, number][] = []
  for (const key of ['seed', 'evaluations', 'population'] as const) {
    const number = wholeNumber(values[key])
    if (number === undefined) continue
    if (number === null)
      return fail('bad-argument', `--${key} must be a whole number such as 1000 or 2e6, not "${values[key]}".`)
    run.push([key, number])
  }
  const lanes = wholeNumber(values.lanes)
  if (lanes === null || (lanes !== undefined && (lanes < 1 || lanes > 256)))
    return fail('bad-argument', '--lanes must be a whole number from 1 to 256.')
  if (values.engine !== 'cpu' && values.engine !== 'gpu')
    return fail('bad-argument', `--engine must be cpu or gpu, not "${values.engine}".`)
  const set = pairs(values.set, '--set')
  if (!set.ok) return set
  const tactics = pairs(values.tactic, '--tactic')
  if (!tactics.ok) return tactics
  const operators = pairs(values.operator, '--operator')
  if (!operators.ok) return operators
  const mix = pairs(values.mix, '--mix')
  if (!mix.ok) return mix
  const twice = values.model.find((id, at) => values.model.indexOf(id) !== at)
  if (twice !== undefined) return fail('bad-argument', `--model ${twice} is there twice.`)
  const { arena, preset, strategy, out, resume, replay, forget, help, engine, model } = values
  if (resume && values.mix.length > 0)
    return fail('bad-argument', '--mix belongs to a run from its beginning: leave it out with --resume.')
  if (values.hub === undefined && (values.room ?? values.island) !== undefined)
    return fail('bad-argument', '--room and --island need --hub: the address of the hub where islands meet.')
  const room: RoomSpec | null = values.hub === undefined ? null : {
    kind: 'mqtt', address: values.hub, room: values.room ?? 'lobby', ...(values.island === undefined ? {} : { island: values.island }),
  } // prettier-ignore
  return ok({
    room, arena, preset, strategy, out, resume, replay, forget, help, engine, lanes,
    evaluations: Object.fromEntries(run)['evaluations'],
    run: Object.fromEntries(run), set: set.value, tactics: tactics.value, operators: operators.value, models: model, mix: mix.value,
  }) // prettier-ignore
}

/** undefined when absent, null when it is no whole number >= 0. */
function wholeNumber(text: string | undefined): number | undefined | null {
  if (text === undefined) return undefined
  const number = Number(text)
  return text.trim() !== '' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

function pairs(list: readonly string[], flag: string): Result<Record<string, string>> {
  const wrong = list.find((item) => !/^[^=]+=.+$/.test(item))
  if (wrong !== undefined) return fail('bad-argument', `${flag} takes NAME=VALUE, not "${wrong}".`)
  return ok(
    Object.fromEntries(list.map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)])),
  )
}

/** The strategy that was asked for, or the preset's. */
export const strategyOf = ({ strategy, preset }: EvolveArguments, { presets }: Arena): string =>
  strategy ?? presets.find(({ id }) => id === (preset ?? presets[0]?.id))?.run?.strategy ?? 'map-elites'

export const USUAL_ARENA = 'core-war'

/** Evaluations of a run that nothing else ends: some minutes, whatever is evolved. 0 where rounds end it. */
export const usualEvaluations = ({ genomeMs }: Pick<Arena, 'genomeMs'>, { rounds }: Pick<Strategy<unknown>, 'rounds'>): number =>
  rounds !== undefined ? 0 : genomeMs === undefined ? 100_000 : 5_000 // prettier-ignore

/** The settings of a fresh run. */
export function settingsOf(
  asked: EvolveArguments,
  arena: Arena,
  strategy: Pick<Strategy<unknown>, 'id' | 'label' | 'options' | 'rounds'>,
): Result<RunSettings> {
  const preset = arena.presets.find(({ id }) => id === (asked.preset ?? arena.presets[0]?.id))
  if (preset === undefined)
    return fail(
      'no-preset',
      `${arena.label} has no preset "${asked.preset}"; it has ${arena.presets.map(({ id }) => id).join(', ')}.`,
    )
  const unknown = Object.keys(asked.set).find((key) => !arena.options.some((field) => field.key === key))
  if (unknown !== undefined)
    return fail(
      'no-option',
      `${arena.label} has no option "${unknown}"; it has ${arena.options.map(({ key }) => key).join(', ')}.`,
    )
  const options = checkOptions(arena.options, typed(arena.options, asked.set), preset.options)
  if (!options.ok) return options
  const mix = mixOptions(asked)
  if (!mix.ok) return mix
  const tactics = tacticsOf(asked, strategy, preset)
  if (!tactics.ok) return tactics
  const evaluations = asked.evaluations ?? usualEvaluations(arena, strategy)
  const general = checkOptions(RUN_FIELDS, { ...preset.run, ...asked.run, evaluations })
  if (!general.ok) return general
  const operators = arena.operators(options.value)
  const weights: [string, number][] = []
  for (const [id, text] of Object.entries(asked.operators)) {
    const weight = Number(text)
    if (!operators.some((operator) => operator.id === id))
      return fail(
        'no-operator',
        `There is no operator "${id}"; there is ${operators.map((operator) => operator.id).join(', ')}.`,
      )
    if (!(weight >= 0 && Number.isFinite(weight)))
      return fail('bad-weight', `The weight of "${id}" must be a number from 0 up, not "${text}".`)
    weights.push([id, weight])
  }
  return ok({
    arena: arena.id, arenaVersion: arena.version, preset: preset.id, strategy: strategy.id,
    seed: general.value['seed'] as number, population: general.value['population'] as number, evaluations: general.value['evaluations'] as number,
    options: options.value, operators: Object.fromEntries(weights), ...(tactics.value === null ? {} : { tactics: tactics.value }), ...(mix.value === null ? {} : { mix: mix.value }),
  }) // prettier-ignore
}

/** Null where the strategy has no options of its own. */
function tacticsOf(
  { tactics: told }: EvolveArguments,
  { id, label, options }: Pick<Strategy<unknown>, 'id' | 'label' | 'options'>,
  preset: Preset,
): Result<Options | null> {
  const fields = options ?? []
  const unknown = Object.keys(told).find((key) => !fields.some((field) => field.key === key))
  if (unknown !== undefined)
    return fail('no-option', `--tactic has no "${unknown}" for ${label}; it has ${fields.map(({ key }) => key).join(', ') || 'none at all'}.`) // prettier-ignore
  if (fields.length === 0) return ok(null)
  const usual = preset.run?.strategy === id ? preset.run.tactics : {}
  return checkOptions(fields, { ...usual, ...typed(fields, told) })
}

/** Null where neither models nor a mix were asked for: then operators go by their weights. */
function mixOptions({ mix, models }: EvolveArguments): Result<Options | null> {
  const unknown = Object.keys(mix).find((key) => !MIX_FIELDS.some((field) => field.key === key))
  if (unknown !== undefined)
    return fail('no-option', `--mix has no "${unknown}"; it has ${MIX_FIELDS.map(({ key }) => key).join(', ')}.`)
  if (models.length === 0 && Object.keys(mix).length === 0) return ok(null)
  return checkOptions(MIX_FIELDS, typed(MIX_FIELDS, mix), MIX_START)
}

const typed = (fields: readonly OptionField[], texts: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const text = texts[field.key]
      return text === undefined ? [] : [[field.key, typedValue(field, text)]]
    }),
  )

function typedValue(field: OptionField, text: string): OptionValue {
  if (field.kind === 'choice') return text
  if (field.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return Number(text)
}
