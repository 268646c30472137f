/** What somebody who mistyped may have meant. */

/** The nearest of `names` within two typing slips, to suggest. */
export function nearest(word: string, names: readonly string[]): string | null {
  if (word.length > 20) return null
  let best: string | null = null
  let least = Math.min(3, word.length)
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue
    const distance = slips(word.toUpperCase(), name.toUpperCase())
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

/** Levenshtein distance, with swapped neighbours as one slip. */
function slips(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      let cost = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + change)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
      }
      current.push(cost)
    }
    before = above
    above = current
  }
  return above[b.length] ?? 0
}
