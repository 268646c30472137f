/** The Core War evaluator on a GPU: all battles of a batch at once, scored by the same code as on the CPU. */
import type { CreateGpuEvaluator } from '../discover.ts'
import { ok } from '../../core/result.ts'
import { GpuFault } from '../../gpu/fault.ts'
import type { BattlePlan } from './environment.ts'
import { battlesOfBatch, scoresOfBatch } from './evaluate.ts'
import { createGpuBattleEngine } from './kernel.ts'
import { rulesOf } from './options.ts'

const createGpuEvaluator: CreateGpuEvaluator = async (gpu, shaders, options) => {
  const engine = await createGpuBattleEngine(gpu, shaders)
  if (!engine.ok) return engine
  const rules = rulesOf(options)
  return ok({
    kind: 'gpu',
    label: gpu.label,
    async evaluate(batch, environment, cancel) {
      const { candidates, setups } = battlesOfBatch(batch, environment as BattlePlan)
      try {
        const outcomes = await engine.value.run(rules, setups, { signal: cancel })
        return ok(scoresOfBatch(candidates, outcomes, options))
      } catch (error) {
        if (error instanceof GpuFault) return { ok: false, fault: error.fault }
        throw error
      }
    },
    dispose: () => engine.value.dispose(),
  })
}
export default createGpuEvaluator
