/** Who is asked next, for people: every operator and every model with every prompt, with what is known of it. */
import { posteriors } from '../core/bandit.ts'
import { armOf } from '../core/completion.ts'
import { weighed, type Make } from '../core/generation.ts'
import type { RunState } from '../core/journal.ts'
import { callsFor, operatorWeights, type Arm } from '../core/mix.ts'
import type { ArmView } from './protocol.ts'

/** Children that shares are worked out over. */
const CHILDREN = 200

/** `inPlay` are the arms of models that can be asked now; those that only wrote earlier have no share. */
export function armViews(make: Make, state: RunState, inPlay: readonly Arm[]): readonly ArmView[] {
  const { mix } = make
  const bandit = state.models?.bandit ?? []
  const operators = weighed(make)
  const ofModels = callsFor(mix, bandit, operators, inPlay, CHILDREN, 1).map((calls) => calls / CHILDREN)
  const left = Math.max(0, 1 - sum(ofModels))
  const weights = operatorWeights(mix, bandit, operators)
  const total = sum(weights)
  const shares = new Map<string, number>()
  for (const [index, { id }] of operators.entries()) {
    if ((weights[index] ?? 0) > 0) shares.set(id, (left * (weights[index] ?? 0)) / total)
  }
  for (const [index, { model, kind }] of inPlay.entries()) shares.set(armOf(model, kind), ofModels[index] ?? 0)
  for (const { model, kind } of state.models?.tallies ?? []) {
    const id = armOf(model, kind)
    if (!shares.has(id)) shares.set(id, 0)
  }
  const labels = new Map(make.operators.map(({ id, label }) => [id, label]))
  return posteriors(bandit, [...shares.keys()], mix.bandit).map((posterior) => ({
    ...posterior,
    label: labels.get(posterior.id) ?? labelOfArm(posterior.id),
    share: shares.get(posterior.id) ?? 0,
  }))
}

const OTHERS: Readonly<Record<string, string>> = {
  rival: 'one of the first opponents',
  champion: 'an earlier champion',
  guest: 'came from another island',
  seed: 'Seed',
  sample: 'Sampled',
}

/** `model/kind` as `kind (model)`. */
export function labelOfArm(id: string): string {
  const other = OTHERS[id]
  if (other !== undefined) return other
  const cut = id.lastIndexOf('/')
  return cut < 0 ? id : `${id.slice(cut + 1)} (${id.slice(0, cut)})`
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
