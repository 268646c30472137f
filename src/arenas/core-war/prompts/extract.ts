/**
 * The warrior in what a model wrote: fences, chatter, thoughts, chat tokens, numbers of lines and comments are taken away,
 * JSON is read, edits are applied. What is left is only text, and the assembler alone says whether it is a warrior. Time
 * is linear in the text, which is cut at the length that is kept of an answer; nothing throws.
 */
import { MOST_TEXT } from '../../../core/completion.ts'
import { readableLines, visible, withoutTalk } from '../../../operators/llm/clean.ts'
import { editedSource, type Parent } from './edits.ts'
import { fromJson } from './json.ts'
import { isCode, isEdit, seemsCode, stripLine, type Line } from './lines.ts'

/** `parent` is what edits apply to. A block that repeats one of `known` is passed over where there is another. */
export function extractSource(
  text: string,
  world: { readonly icws88: boolean },
  parent: Parent | null,
  known: readonly string[],
): string {
  const answer = withoutTalk(text.slice(0, MOST_TEXT))
  const json = fromJson(answer, world.icws88)
  if (json !== null) return readableLines(visible(json)).map(stripLine).map(textOf).filter(isSomething).join('\n')
  const blocks = blocksOf(readableLines(answer))
  const strange = blocks.filter(({ lines }) => !known.includes(sourceOf(lines)))
  const best = largest(strange.length > 0 ? strange : blocks)
  const edited = parent === null ? null : editedSource(best?.lines ?? [], parent, world.icws88)
  return edited ?? sourceOf(best?.lines ?? [])
}

/** Lines that may be a warrior: what stands in one fence, or what no prose interrupts. */
interface Block {
  readonly lines: readonly Line[]
  readonly isFenced: boolean
  /** Lines that look like Redcode, or like edits of it. */
  readonly weight: number
}

const FENCE = /^[ \t>]*(?:```|~~~)[`~]*[ \t]*(.*)$/

function blocksOf(rows: readonly string[]): Block[] {
  const blocks: Block[] = []
  let lines: Line[] = []
  let isFenced = false
  const close = () => {
    const weight = lines.filter((line) => isCode(line) || isEdit(line)).length
    // Within a fence everything counts, so that the assembler can say what is wrong with it; outside only what has code.
    if (weight > 0 || (isFenced && lines.some(({ text }) => text !== ''))) blocks.push({ lines, isFenced, weight })
    lines = []
  }
  for (const row of rows) {
    const fence = FENCE.exec(row)
    if (fence !== null) {
      close()
      const rest = stripLine((fence[1] ?? '').replace(/[`~]+\s*$/, ''))
      // A fence around one line, as in ```MOV 0, 1```; else its rest is the name of a language.
      if (isCode(rest)) blocks.push({ lines: [rest], isFenced: true, weight: 1 })
      if (!(isCode(rest) && /[`~]{3}\s*$/.test(row))) isFenced = !isFenced
      continue
    }
    const line = stripLine(row)
    if (isFenced || line.text === '' || seemsCode(line)) lines.push(line)
    else close()
  }
  close()
  return blocks
}

/** The block with most code; of equals a fenced one, else the last: answers repeat the question before they answer it. */
function largest(blocks: readonly Block[]): Block | undefined {
  return blocks.reduce<Block | undefined>((best, block) => {
    if (best === undefined || block.weight > best.weight) return block
    if (block.weight < best.weight) return best
    return best.isFenced && !block.isFenced ? best : block
  }, undefined)
}

const textOf = ({ text }: Line) => text
const isSomething = (text: string) => text !== ''
const sourceOf = (lines: readonly Line[]): string => lines.map(textOf).filter(isSomething).join('\n')
