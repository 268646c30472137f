/**
 * The singular-values arena, after ESSA (arXiv 2507.04453): a model's adapters are taken apart into directions and singular values, and
 * nothing but the values is evolved, for right answers alone.
 */
import type { Arena } from '../../core/contracts.ts'
import { batchIn, batchOfGeneration, type Batch } from './environment.ts'
import { spectrumEvaluator } from './evaluate.ts'
import { offsetCodec, offsetSpace, zeroOf, type Offsets } from './genome.ts'
import { wrongWith } from './loaded.ts'
import { offsetOperators } from './operators.ts'
import { FIELDS, MODEL_FILES, PRESETS, worldOf, type TaskId } from './options.ts'
import { spectrumPrompts } from './prompts.ts'
import { measuresOf, objectivesOf } from './scores.ts'
import { writerEvaluator, writerHearing } from './warriors/evaluate.ts'
import { judgeOf } from './warriors/jury.ts'

/** Of a lane. */
const MS_A_EXAMPLE: Readonly<Record<TaskId, number>> = { fashion: 0.02, sums: 2.5, warriors: 6 }

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
  files: (options) => [MODEL_FILES[worldOf(options).task]],
  judge: judgeOf,
  checkFile(path, bytes) {
    const task = (Object.keys(MODEL_FILES) as TaskId[]).find((one) => MODEL_FILES[one] === path)
    return task === undefined ? 'is no file of this arena' : wrongWith(task, bytes)
  },
  evaluator: (options, files, judge) =>
    worldOf(options).task === 'warriors' ? writerEvaluator(options, files, judge) : spectrumEvaluator(options, files),
  hearing: writerHearing,
  genomeMs: (options) => MS_A_EXAMPLE[worldOf(options).task] * Number(options['batch']),
  rounds: 'device',
}
export default singularValues
