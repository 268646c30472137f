/** Several warriors on standard input, as pMARS takes them apart: each from its `;redcode` line to the next one's. */
export function warriorsOf(text: string): string[] {
  const [before = '', ...rest] = text.split(/^(?=[ \t]*;redcode\b)/im)
  // What stands before the first such line is a letter, or a warrior that has no such line.
  return /^[ \t]*;redcode\b/i.test(before) ? [before, ...rest] : [before + (rest.shift() ?? ''), ...rest]
}
