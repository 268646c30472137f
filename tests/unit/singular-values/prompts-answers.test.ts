import { describe, expect, it } from 'vitest'
import { CASES, clothes, genomeOf, numbersIn, read, sourceOf, sums } from '../../support/spectra.ts'

describe('the spectra in an answer', () => {
  const numbers = [2, -1, 0, 0, 3, 0, -12, 30, 0, 1]
  const line = `base: ${numbers.join(' ')}`
  const zeros = 'base: 0 0 0 0 0 0 0 0 0 0'

  it.each([
    ['alone', line],
    ['in a fence', `Sure! Here it is:\n\n\`\`\`\n${line}\n\`\`\`\nIt moves the first value up.`],
    ['in a fence of one line', `\`\`\`${line}\`\`\``],
    ['among chatter', `I changed 3 numbers of base, carefully.\nImproved ${line}\nThe base: 3 numbers moved.`],
    ['after a thought', `<think>\nbase: 9 9 9 9 9 9 9 9 9 9\n</think>\n${line}`],
    ['before the next turn', `${line}<|im_end|>\n<|im_start|>user\nbase: 1 1 1 1 1 1 1 1 1 1`],
    ['in a list', `- **base**: ${numbers.join(', ')}`],
    ['in a numbered list', `1. base: [${numbers.join(', ')}]`],
    ['in a table', `| name | numbers |\n|---|---|\n| base | ${numbers.join(' | ')} |`],
    ['without a colon', `base ${numbers.join(' ')}`],
    ['without a name', `The next one:\n[${numbers.join(', ')}]`],
    ['with signs', line.replaceAll(' 2', ' +2').replaceAll('-', '\u2212')],
    ['with a remark', `${line}  ; stronger first\n`],
    ['with a remark in words', `${line} (the eighth at its limit)`],
    ['in other words', `BASE = ${numbers.join(' ')}.`],
    ['by an arrow', `base -> ${numbers.join(' ')}`],
    ['by its whole name', `base product: ${numbers.join(' ')}`],
    ['with Windows line ends', `Here:\r\n${line}\r\n`],
    ['before the question again', `${line}\nIt was:\n${zeros}`],
    ['after the question', `${zeros}\nbecomes\n${line}`],
    ['the last of several', `base: 1 1 1 1 1 1 1 1 1 1\nor rather\n${line}`],
    ['in JSON that is cut', `{"base": [${numbers.join(',')}], "why": "it`],
    ['in JSON as text', JSON.stringify({ base: numbers.join(' ') })],
    ['in JSON as a list', JSON.stringify(numbers)],
  ])('[O4] are found %s', (_name, answer) => {
    expect(numbersIn(clothes, answer)).toEqual(numbers)
  })

  it('[O4] are found by short names and by long ones, in any order', () => {
    const expected = Array.from({ length: 128 }, (_, at) => (at < 4 ? [2, -1, 0, 30][at]! : at === 127 ? -7 : 0))
    for (const answer of [
      '0.query A: 2 -1 0 30\n3.output B: 0 0 0 -7',
      '3.output B: 0 0 0 -7\nlayers.0.attention.query A: 2 -1 0 30',
      '1. `0.query A`: 2, -1, 0, 30\n2. `3.output B`: 0, 0, 0, -7',
      '{"0.query A": [2, -1, 0, 30], "3.output B": [0, 0, 0, -7]}',
      '| 0.query A | 2 | -1 | 0 | 30 |\n| 3.output B | 0 | 0 | 0 | -7 |',
    ])
      expect(numbersIn(sums, answer), answer).toEqual(expected)
  })

  it('[O4] a source with offsets, as people paste it, is what it says; where there are none there is no genome', () => {
    for (const [name, world] of CASES) {
      const genome = world.codec.decode(world.codec.encode(genomeOf(world, 4)))
      expect(read(world, sourceOf(world, genome)), name).toEqual(genome)
      expect(read(world, world.kit.extract(world.kit.extract(sourceOf(world, genome), []), [])), name).toEqual(genome)
      for (const answer of [
        '',
        'I am sorry, but I cannot help with that.',
        'Score: 72\nLayers: 4 of 4',
        '{"a": [1, 2]}',
      ])
        expect(world.kit.extract(answer, [sourceOf(world, genome)]), name).toBe('')
    }
  })
})
