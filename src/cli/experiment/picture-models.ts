/** The picture model of the diffusion-cache arena with its feature net, and another one of the same shape. */
import { readFile } from 'node:fs/promises'
import { weightsIn } from '../../arenas/diffusion-cache/evaluate.ts'
import type { DitWeights } from '../../arenas/diffusion-cache/model/shape.ts'
import { readDit } from '../../arenas/diffusion-cache/model/weights.ts'
import { FEATURES_FILE, readFeatures, type FeatureNet } from '../../arenas/diffusion-cache/scenes/features.ts'
import type { Arena } from '../../core/contracts.ts'
import { loadFiles, type Files } from '../../core/files.ts'
import type { Options } from '../../core/options.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { publicFile } from '../public-file.ts'

export interface PictureModels {
  readonly files: Files
  readonly weights: DitWeights
  readonly net: FeatureNet
  /** Null where none was named. */
  readonly second: DitWeights | null
}

export async function loadPictureModels(
  arena: Arena,
  options: Options,
  model: string | undefined,
): Promise<Result<PictureModels>> {
  const files = await loadFiles(arena, options, publicFile)
  if (!files.ok) return files
  const net = readFeatures(files.value.get(FEATURES_FILE) ?? new Uint8Array())
  if (!net.ok) return net
  const weights = weightsIn(files.value)
  const second = model === undefined ? ok(null) : await secondModel(model, weights)
  return second.ok ? ok({ files: files.value, weights, net: net.value, second: second.value }) : second
}

async function secondModel(path: string, { shape }: DitWeights): Promise<Result<DitWeights>> {
  const bytes = await readFile(path).then(
    (read) => new Uint8Array(read),
    () => null,
  )
  if (bytes === null) return fail('no-file', `--model: there is no file ${path} that can be read.`)
  const read = readDit(bytes)
  if (!read.ok) return fail('bad-model', `--model ${path}: ${read.fault.message}`)
  const { width, blocks } = read.value.shape
  return width === shape.width && blocks === shape.blocks
    ? read
    : fail('bad-model', `--model ${path} has ${blocks} blocks of width ${width}; schedules of ${shape.blocks} blocks of width ${shape.width} are carried over to the same shape alone.`) // prettier-ignore
}
