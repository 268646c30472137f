/**
 * The singular-values arena, after ESSA (arXiv 2507.04453): a model's adapters are taken apart into directions and singular values, and
 * nothing but the values is evolved, for right answers alone. Beside it, for comparison, all weights along random directions (EGGROLL, arXiv 2511.16652).
 */
import type { Arena } from '../../core/contracts.ts'
import { batchIn, batchOfGeneration, type Batch } from './environment.ts'
import { spectrumEvaluator } from './evaluate.ts'
import { offsetCodec, offsetSpace, zeroOf, type Offsets } from './genome.ts'
import { wrongWith, wrongWithWide } from './loaded.ts'
import { offsetOperators } from './operators.ts'
import { FIELDS, filesOf, MODEL_FILES, PRESETS, WIDE_FILE, worldOf, type TaskId } from './options.ts'
import { spectrumPrompts } from './prompts.ts'
import { measuresOf, objectivesOf } from './scores.ts'
import { writerEvaluator, writerHearing } from './warriors/evaluate.ts'
import { judgeOf } from './warriors/jury.ts'

/** Of a lane: an example, and a direction of whole weights that has to be gone anew (all of them where a genome has nothing of the last one's). */
const MS_A_EXAMPLE: Readonly<Record<TaskId, number>> = { fashion: 0.02, sums: 2.5, warriors: 6 }
const MS_A_DIRECTION: Readonly<Record<TaskId, number>> = { fashion: 0.05, sums: 4, warriors: 0 }

const singularValues: Arena<Offsets, Batch> = {
  id: 'singular-values',
  version: 1,
  label: 'Singular values',
  summary: 'A few dozen numbers steer a network of hundreds of thousands of weights, with no gradient anywhere.',
  unit: { one: 'answer', many: 'answers', steps: 'multiply-adds' },
  words: {
    many: 'spectra',
    ending: 'txt',
    noted: (text, lines) => text.replace('\n', () => ['\n', ...lines.map((line) => `; ${line}\n`)].join('')),
  },
  options: FIELDS,
  presets: PRESETS,
  codec: offsetCodec,
  space: offsetSpace,
  objectives: objectivesOf,
  measures: measuresOf,
  operators: offsetOperators,
  prompts: spectrumPrompts,
  seeds: (options) => [{ name: 'As trained', genome: zeroOf(options) }],
  environment: batchIn,
  turned: batchOfGeneration,
  files: (options) => filesOf(worldOf(options)),
  judge: judgeOf,
  checkFile(path, bytes) {
    if (path === WIDE_FILE) return wrongWithWide(bytes)
    const task = (Object.keys(MODEL_FILES) as TaskId[]).find((one) => MODEL_FILES[one] === path)
    return task === undefined ? 'is no file of this arena' : wrongWith(task, bytes)
  },
  evaluator: (options, files, judge) =>
    worldOf(options).task === 'warriors' ? writerEvaluator(options, files, judge) : spectrumEvaluator(options, files),
  hearing: writerHearing,
  genomeMs(options) {
    const { task, directions } = worldOf(options)
    return MS_A_EXAMPLE[task] * Number(options['batch']) + MS_A_DIRECTION[task] * directions
  },
  rounds: 'device',
}
export default singularValues
