/**
 * The diffusion-cache arena, after ECAD (arXiv 2506.15682): which parts of a small text-to-image transformer are computed in which
 * step, and which are taken from the step before.
 */
import type { Arena } from '../../core/contracts.ts'
import { numberOption } from '../../core/options.ts'
import { pictureTask, type PictureTask } from './environment.ts'
import { scheduleEvaluator } from './evaluate.ts'
import { scheduleCodec } from './genome.ts'
import { readDit } from './model/weights.ts'
import { scheduleOperators } from './operators.ts'
import { schedulePrompts } from './prompts.ts'
import { FIELDS, MODEL, MODEL_FILE, PRESETS } from './options.ts'
import type { Schedule } from './schedule.ts'
import { FEATURES_FILE, readFeatures } from './scenes/features.ts'
import { measuresOf, objectivesOf } from './scores.ts'
import { seedsOf } from './seeds.ts'

const diffusionCache: Arena<Schedule, PictureTask> = {
  id: 'diffusion-cache',
  version: 1,
  label: 'Diffusion cache',
  summary: 'Schedules that paint the same pictures with a fraction of the work.',
  unit: { one: 'picture', many: 'pictures', steps: 'multiply-adds' },
  words: {
    many: 'schedules',
    ending: 'txt',
    noted: (text, lines) => text.replace('\n', () => ['\n', ...lines.map((line) => `; ${line}\n`)].join('')),
  },
  options: FIELDS,
  presets: PRESETS,
  codec: scheduleCodec,
  objectives: objectivesOf,
  measures: measuresOf,
  operators: scheduleOperators,
  seeds: seedsOf,
  prompts: schedulePrompts,
  environment: pictureTask,
  files: () => [MODEL_FILE, FEATURES_FILE],
  checkFile(path, bytes) {
    if (path === FEATURES_FILE) {
      const features = readFeatures(bytes)
      return features.ok ? null : `cannot be used (${features.fault.message})`
    }
    const read = readDit(bytes)
    if (!read.ok) return `cannot be used (${read.fault.message})`
    const { width, blocks } = read.value.shape
    return width === MODEL.width && blocks === MODEL.blocks
      ? null
      : `has ${blocks} blocks of width ${width}, and must have ${MODEL.blocks} of ${MODEL.width}`
  },
  evaluator: scheduleEvaluator,
  genomeMs: (options) => 150 * numberOption(options, 'pictures'),
  rounds: 'device',
}
export default diffusionCache
