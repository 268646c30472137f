import { describe, expect, it } from 'vitest'
import { watched } from '../../../src/llm/wllama/files.ts'

const file = (name: string, size: number) => new File([new Uint8Array(size).map((_, at) => at % 251)], name)

describe('GGUF files being read', () => {
  it('[L45] how far they have been read is told, piece by piece or as a stream, and never goes back', async () => {
    const told: number[] = []
    const files = [file('a-00001-of-00002.gguf', 5000), file('a-00002-of-00002.gguf', 3000)]
    const [first, second] = watched(files, (bytes) => told.push(bytes))
    expect([first, second]).toMatchObject(files.map(({ name, size }) => ({ name, size })))
    // llama.cpp looks at the head, goes back, and reads on.
    expect(await first!.slice(0, 4).bytes()).toEqual(await files[0]!.slice(0, 4).bytes())
    for (const [from, to] of [[0, 1000], [500, 900], [1000, 9000]] as const) first!.slice(from, to) // prettier-ignore
    expect(told).toEqual([4, 1000, 1000, 5000])
    const read = await new Response(second!.stream()).bytes()
    expect(read).toEqual(await files[1]!.bytes())
    expect(told.at(-1)).toBe(8000)
    expect(told).toEqual([...told].sort((x, y) => x - y))
  })
})
