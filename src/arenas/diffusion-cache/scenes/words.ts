/**
 * The words that ask for scenes. A caption is seven of them, by number: [size colour shape relation size colour shape]; a scene of
 * one object has {@link PAD} in the last four. `training/shapes-dit/scenes.py` is the same in Python.
 */
import { SLOTS } from '../model/shape.ts'

export const SIZES = ['small', 'big'] as const
export const COLOURS = ['red', 'green', 'blue', 'yellow', 'purple', 'white'] as const
export const SHAPES = ['circle', 'square', 'triangle'] as const
export const RELATIONS = ['left of', 'right of', 'above', 'below'] as const
/** Every word by its number. */
export const WORDS = ['-', '?', ...SIZES, ...COLOURS, ...SHAPES, ...RELATIONS] as const

/** Nothing is said. */
export const PAD = 0
/** In all slots: a caption that was dropped, what guidance leads away from. */
export const NULL = 1
/** Number of the first word of each kind. */
export const FIRST = { size: 2, colour: 4, shape: 10, relation: 13 } as const

/** Seven words. */
export type Caption = ArrayLike<number>

/** Indices into {@link SIZES}, {@link COLOURS} and {@link SHAPES}. */
export interface SceneObject {
  readonly size: number
  readonly colour: number
  readonly shape: number
}

export function captionOf(first: SceneObject, relation?: number, second?: SceneObject): Int32Array {
  const words = ({ size, colour, shape }: SceneObject) => [
    FIRST.size + size,
    FIRST.colour + colour,
    FIRST.shape + shape,
  ]
  const caption = new Int32Array(SLOTS).fill(PAD)
  caption.set(words(first))
  if (relation !== undefined && second !== undefined) caption.set([FIRST.relation + relation, ...words(second)], 3)
  return caption
}

const isOf = (kind: readonly string[], first: number, word: number | undefined) =>
  word !== undefined && Number.isInteger(word) && word >= first && word < first + kind.length

/** Whether these words ask for a scene: each of its slot's kind, two objects of different colours. */
export function isCaption(words: Caption): boolean {
  const object = (slot: number) =>
    isOf(SIZES, FIRST.size, words[slot]) &&
    isOf(COLOURS, FIRST.colour, words[slot + 1]) &&
    isOf(SHAPES, FIRST.shape, words[slot + 2])
  if (words.length !== SLOTS || !object(0)) return false
  if (words[3] === PAD) return words[4] === PAD && words[5] === PAD && words[6] === PAD
  return isOf(RELATIONS, FIRST.relation, words[3]) && object(4) && words[1] !== words[5]
}

/** One object, or two; of words that are a caption. */
export function objectsOf(caption: Caption): SceneObject[] {
  const at = (slot: number): SceneObject => ({
    size: (caption[slot] ?? 0) - FIRST.size,
    colour: (caption[slot + 1] ?? 0) - FIRST.colour,
    shape: (caption[slot + 2] ?? 0) - FIRST.shape,
  })
  return caption[3] === PAD ? [at(0)] : [at(0), at(4)]
}

/** Index into {@link RELATIONS} of where the first object lies, seen from the second; null for one object. */
export const relationOf = (caption: Caption): number | null =>
  caption[3] === PAD ? null : (caption[3] ?? 0) - FIRST.relation

/** As a person would say it; {@link parseCaption} reads it. */
export function textOf(caption: Caption): string {
  const words = Array.from(caption, (word) => WORDS[word] ?? '?')
  const first = `a ${words.slice(0, 3).join(' ')}`
  return caption[3] === PAD ? first : `${first} ${words[3]} a ${words.slice(4).join(' ')}`
}

/** Caption `index` of several that lie one after the other. */
export const captionAt = (captions: Int32Array, index: number): Int32Array =>
  captions.subarray(index * SLOTS, (index + 1) * SLOTS)
