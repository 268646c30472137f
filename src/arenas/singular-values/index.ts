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
  checkFile(path, bytes) {
    const task = (Object.keys(MODEL_FILES) as TaskId[]).find((one) => MODEL_FILES[one] === path)
    return task === undefined ? 'is no file of this arena' : wrongWith(task, bytes)
  },
  evaluator: spectrumEvaluator,
  genomeMs: (options) => (worldOf(options).task === 'sums' ? 2.5 * Number(options['batch']) : 1),
  rounds: 'device',
}
export default singularValues
