/**
 * Examples as beginnings: texts that begin alike are the same up to there, and each beginning is a row that is worked out once. Rows
 * are in the order of their places, so that those that are answered at come last.
 */
export interface Prefixes {
  readonly rows: number
  /** By row. */
  readonly tokens: readonly number[]
  /** By place: the first of its rows; then how many rows there are. */
  readonly begins: readonly number[]
  /** By row: its beginnings' rows, shortest first, its own the last. */
  readonly paths: readonly (readonly number[])[]
  /** [example][place]: its row. */
  readonly rowOf: Int32Array
}

/** Of `count` texts of `places` tokens. */
export function prefixesOf(tokens: ArrayLike<number>, count: number, places: number): Prefixes {
  const own: number[] = []
  const begins: number[] = []
  const paths: (readonly number[])[] = []
  const rowOf = new Int32Array(count * places)
  for (let place = 0; place < places; place++) {
    begins.push(own.length)
    const known = new Map<string, number>()
    for (let example = 0; example < count; example++) {
      const token = tokens[example * places + place]!
      const before = place === 0 ? -1 : rowOf[example * places + place - 1]!
      const key = `${before} ${token}`
      let row = known.get(key)
      if (row === undefined) {
        row = own.length
        known.set(key, row)
        own.push(token)
        paths.push([...(paths[before] ?? []), row])
      }
      rowOf[example * places + place] = row
    }
  }
  begins.push(own.length)
  return { rows: own.length, tokens: own, begins, paths, rowOf }
}
