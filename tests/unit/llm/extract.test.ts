import { describe, expect, it } from 'vitest'
import { PRESETS, warriorsOf, worldFor } from './worlds.ts'

const { kit, codec } = worldFor('tiny')
const DWARF = 'ADD.AB #4, $3\nMOV.I $2, @2\nJMP.B $-2, $0\nDAT.F #0, #0'
const IMP = 'MOV.I $0, $1'
const extract = (text: string, parents: readonly string[] = []) => kit.extract(text, parents)

describe('the warrior in an answer', () => {
  it.each(PRESETS)(
    '[Q7] is left alone where the answer is one: %s',
    (id) => {
      const world = worldFor(id)
      for (const warrior of warriorsOf(id).filter((text) => text.length < 16_000).slice(0, 300)) expect(world.kit.extract(warrior, [])).toBe(warrior) // prettier-ignore
    },
    60_000,
  )

  it.each([
    [
      'in a fence',
      `Sure! Here it is:\n\n\`\`\`redcode\n${DWARF}\n\`\`\`\nIt bombs every fourth cell. Good luck!`,
      DWARF,
    ],
    ['in a fence that never ends', `\`\`\`\n${DWARF}`, DWARF],
    ['in a fence of one line', `\`\`\`${IMP}\`\`\``, IMP],
    ['before a fence that never began', `${DWARF}\n\`\`\``, DWARF],
    ['in tildes', `~~~asm\n${DWARF}\n~~~`, DWARF],
    [
      'among chatter',
      `Here is an improved warrior:\n${DWARF}\n\nIt works because the JMP goes back to the start.`,
      DWARF,
    ],
    ['after a thought', `<think>\nMOV.I $9, $9 would be bad\n</think>\n${DWARF}`, DWARF],
    ['after a thought whose beginning is cut', `MOV.I $9, $9\n</think>\n\n${DWARF}`, DWARF],
    ['before a thought that never ends', `${DWARF}\n<think>now`, DWARF],
    [
      'with numbers',
      DWARF.split('\n')
        .map((line, at) => `${at + 1}. ${line}`)
        .join('\n'),
      DWARF,
    ],
    [
      'with numbers from 0',
      DWARF.split('\n')
        .map((line, at) => `${at}: ${line}`)
        .join('\n'),
      DWARF,
    ],
    [
      'with numbers and spaces',
      DWARF.split('\n')
        .map((line, at) => `00${at} ${line}`)
        .join('\n'),
      DWARF,
    ],
    [
      'in a list',
      DWARF.split('\n')
        .map((line) => `- \`${line}\``)
        .join('\n'),
      DWARF,
    ],
    [
      'with comments',
      DWARF.split('\n')
        .map((line) => `${line} ; a comment, with MOV 0, 1`)
        .join('\n'),
      DWARF,
    ],
    ['with comments of C', `// a bomber\n${DWARF.replaceAll('\n', ' // x\n')}`, DWARF],
    ['before the next turn', `${DWARF}<|im_end|>\n<|im_start|>user\nAnother one\n${IMP}`, DWARF],
    ['after the beginning of a turn', `<|im_start|>assistant\n${DWARF}</s>`, DWARF],
    ['in turns of other families', `<start_of_turn>model\n${DWARF}<end_of_turn>`, DWARF],
    ['between instructions', `[INST] write [/INST]\n${DWARF}`, DWARF],
    ['in JSON', JSON.stringify({ lines: DWARF.split('\n'), start: 1 }), `ORG 1\n${DWARF}`],
    ['in JSON as one text', JSON.stringify({ code: DWARF }), DWARF],
    ['in JSON as a list', JSON.stringify(DWARF.split('\n')), DWARF],
    ['in JSON in a fence', `\`\`\`json\n${JSON.stringify({ lines: DWARF.split('\n') })}\n\`\`\``, DWARF],
    ['with Windows line ends', DWARF.replaceAll('\n', '\r\n'), DWARF],
    ['with signs that nobody sees', DWARF.replaceAll(' ', '\u00a0').replaceAll('O', 'O\u200b'), DWARF],
    ['the larger of two', `First:\n${IMP}\n\nBetter:\n${DWARF}`, DWARF],
    ['the last of equals', `Original:\n${IMP}\n\nImproved:\nSPL.B $0, $0\n`, 'SPL.B $0, $0'],
    ['with a header', `;redcode-94\n;name Dwarf\n;assert CORESIZE==8000\n${DWARF}`, DWARF],
    ['nowhere', 'I am sorry, but I cannot help with that.', ''],
    ['nowhere, in prose that begins like code', 'Add the bomb, then move on.\nFor example, use SPL.\nEnd.', ''],
  ])('[Q7] is found %s', (_name, answer, source) => {
    expect(extract(answer)).toBe(source)
  })

  it('[Q7] keeps labels, EQU, FOR and lower case, which the assembler knows', () => {
    const text =
      'step equ 4\nloop: add.ab #step, bomb\n      mov.i bomb, @bomb\n      jmp loop\nbomb  dat #0, #0\ni for 2\n dat i, i\nrof\nend loop'
    const source = extract(`Here:\n${text}\nDone!`)
    const parsed = codec.parse(source)
    expect(source.split('\n')).toHaveLength(9)
    expect(parsed.ok && parsed.value.instructions.length).toBe(6)
  })

  it('[Q7] leaves what meant to be code for the assembler to complain about', () => {
    const source = extract('MOV.I $0, $1\nMVO.I $0, $1\nDAT.Q #0, #0')
    expect(source.split('\n')).toHaveLength(3)
    const parsed = codec.parse(source)
    expect(!parsed.ok && parsed.fault.message).toMatch(/^Line 2, .*\nLine 3, /)
  })

  it('[Q7] passes over a copy of the parent where there is another', () => {
    const child = 'SPL.B $0, $0\nMOV.I $2, @2'
    expect(extract(`Original:\n${DWARF}\n\nImproved:\n${child}`, [DWARF])).toBe(child)
    expect(extract(DWARF, [DWARF])).toBe(DWARF)
  })

  it('[Q7] a warrior that starts outside itself is refused with a sentence', () => {
    for (const text of [`ORG 4\n${DWARF}`, `ORG -1\n${DWARF}`, `${DWARF}\nEND 9`]) {
      const parsed = codec.parse(text)
      expect(!parsed.ok && parsed.fault.message).toMatch(/^Execution starts at line \d+, outside the warrior: .*\.$/)
    }
    expect(codec.parse(`ORG 3\n${DWARF}`).ok).toBe(true)
  })
})

describe('edits of a parent', () => {
  const lines = DWARF.split('\n')

  it.each([
    ['replace', 'replace 2: SPL.B $0, $0', [lines[0], 'SPL.B $0, $0', ...lines.slice(2)]],
    ['replace by number alone', '2: SPL.B $0, $0', [lines[0], 'SPL.B $0, $0', ...lines.slice(2)]],
    ['replace in other words', 'Replace line 2 with SPL.B $0, $0', [lines[0], 'SPL.B $0, $0', ...lines.slice(2)]],
    ['delete', 'delete 1', lines.slice(1)],
    ['insert', 'insert after 4: DAT.F #1, #1', [...lines, 'DAT.F #1, #1']],
    ['insert at the top', 'insert after 0: SPL.B $0, $0', ['ORG 1', 'SPL.B $0, $0', ...lines]],
    ['insert before', 'insert before 1: SPL.B $0, $0', ['ORG 1', 'SPL.B $0, $0', ...lines]],
    ['start', 'start 2', ['ORG 1', ...lines]],
    [
      'several, which count lines of the parent',
      'delete 1\nreplace 2: MOV.I $1, @1\ninsert after 2: DAT.F #1, #1',
      ['MOV.I $1, @1', 'DAT.F #1, #1', ...lines.slice(2)],
    ],
    ['in a fence with chatter', 'Let me see.\n```\ndelete 4\n```\nThis makes it shorter.', lines.slice(0, 3)],
    ['the start goes with its line', 'start 4\ndelete 4', ['ORG 2', ...lines.slice(0, 3)]],
    ['a listing is no edit', '1: SPL.B $0, $0\n2: MOV.I $0, $1', ['SPL.B $0, $0', 'MOV.I $0, $1']],
    ['a warrior with a number is no edit', `${DWARF}\n3: SPL.B $0, $0`, [...lines, 'SPL.B $0, $0']],
  ])('[Q7] are applied: %s', (_name, answer, child) => {
    expect(extract(answer, [DWARF])).toBe(child.join('\n'))
  })

  it('[Q7] edits of lines that are not there are refused, and so are edits of nothing', () => {
    expect(codec.parse(extract('delete 9', [DWARF])).ok).toBe(false)
    expect(codec.parse(extract('replace 5: DAT.F #0, #0', [DWARF])).ok).toBe(false)
    expect(codec.parse(extract('delete 1')).ok).toBe(false)
    expect(codec.parse(extract(lines.map((_, at) => `delete ${at + 1}`).join('\n'), [DWARF])).ok).toBe(false)
  })

  it('[Q7] under the rules of 1988 the start is told by END', () => {
    const old = worldFor('88').kit
    expect(old.extract('start 2', ['MOV $0, $1\nJMP $-1, $0'])).toBe('MOV $0, $1\nJMP $-1, $0\nEND 1')
  })
})
