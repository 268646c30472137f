import { describe, expect, it } from 'vitest'
import { droppedFiles } from '../../../src/ui/dropped.ts'

type Tree = string | { readonly [name: string]: Tree }

/** An entry as browsers give them: a text is a file, `unreadable` one that fails; folders tell of their own three at a time. */
function entryOf(name: string, tree: Tree, within = ''): FileSystemEntry {
  const fullPath = `${within}/${name}`
  if (typeof tree === 'string')
    return {
      isFile: true,
      isDirectory: false,
      name,
      fullPath,
      file: (done: (file: File) => void, failed: (error: Error) => void) =>
        tree === 'unreadable' ? failed(new Error('gone')) : done(new File([tree], name)),
    } as unknown as FileSystemEntry
  const inside = Object.entries(tree).map(([key, value]) => entryOf(key, value, fullPath))
  const createReader = () => {
    const left = [...inside]
    return { readEntries: (done: (some: FileSystemEntry[]) => void) => done(left.splice(0, 3)) }
  }
  return { isFile: false, isDirectory: true, name, fullPath, createReader } as unknown as FileSystemEntry
}
const item = (entry: FileSystemEntry | null, file: File | null = null, kind = 'file') =>
  ({ kind, webkitGetAsEntry: () => entry, getAsFile: () => file }) as DataTransferItem

describe('files dropped on the page', () => {
  it('[P74] folders are opened to their last file, and what cannot be read is left out', async () => {
    const shards = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`params_shard_${at}.bin`, `weights ${at}`]),
    )
    const tree = { 'mlc-chat-config.json': '{}', broken: 'unreadable', weights: shards }
    const found = await droppedFiles([
      item(entryOf('one', tree)),
      item(null, null, 'string'),
      item(null, new File(['x'], 'alone.gguf')),
    ])
    expect(found.map(({ path }) => path)).toEqual([
      'one/mlc-chat-config.json',
      ...Object.keys(shards).map((name) => `one/weights/${name}`),
      'alone.gguf',
    ])
    expect(await found[20]?.blob.text()).toBe('weights 19')
  })

  it('[P74] a folder without end is read within bounds', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`photo ${at}.jpg`, 'x']))
    expect((await droppedFiles([item(entryOf('many', many))])).length).toBe(2000)
    const deep = Array.from({ length: 200 }).reduce<Tree>((tree) => ({ deeper: tree }), 'x')
    expect(await droppedFiles([item(entryOf('deep', deep))])).toEqual([])
  })
})
