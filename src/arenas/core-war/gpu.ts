/** The Core War evaluator on a GPU: all battles of a batch at once, scored by the same code as on the CPU. */
import type { CreateGpuEvaluator } from '../discover.ts'
import { ok } from '../../core/result.ts'
import { GpuFault } from '../../gpu/fault.ts'
import { battlesOf, opponentsOf, type BattlePlan } from './environment.ts'
import { candidatesOf, scoresOf } from './evaluate.ts'
import { createGpuBattleEngine } from './kernel.ts'
import { CANDIDATE } from './kernel/tournament.ts'
import { rulesOf } from './options.ts'
import { asksForDeaths } from './scores.ts'

const createGpuEvaluator: CreateGpuEvaluator = async (gpu, shaders, options, _files, remember) => {
  const engine = await createGpuBattleEngine(gpu, shaders, remember === undefined ? {} : { remember })
  if (!engine.ok) return engine
  const rules = rulesOf(options)
  return ok({
    kind: 'gpu',
    label: gpu.label,
    async evaluate(batch, environment, cancel) {
      const plan = environment as BattlePlan
      const candidates = candidatesOf(batch)
      const battles = battlesOf(CANDIDATE, opponentsOf(plan), plan)
      try {
        const tallies = await engine.value.tally(
          rules,
          { candidates, battles },
          { keepsLives: asksForDeaths(options), signal: cancel },
        )
        return ok(scoresOf(candidates, tallies, options))
      } catch (error) {
        if (error instanceof GpuFault) return { ok: false, fault: error.fault }
        throw error
      }
    },
    dispose: () => engine.value.dispose(),
  })
}
export default createGpuEvaluator
