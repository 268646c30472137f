/** Files that were dropped: browsers give trees for folders, which are opened here within bounds. */
export interface DroppedFile {
  /** With its folders. */
  readonly path: string
  readonly blob: File
}

/** More than any model has; a folder of photographs is not read to its end. */
const MOST_FILES = 2000
const DEEPEST = 8

/** To be called within the event: what it brought is gone after it. Entries that cannot be read are left out. */
export async function droppedFiles(items: Iterable<DataTransferItem>): Promise<readonly DroppedFile[]> {
  const roots = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const found: DroppedFile[] = []
  for (const { entry, file } of roots) {
    if (entry !== null) await open(entry, found, 0)
    else if (file !== null) found.push({ path: file.name, blob: file })
  }
  return found
}

async function open(entry: FileSystemEntry, found: DroppedFile[], depth: number): Promise<void> {
  if (found.length >= MOST_FILES || depth > DEEPEST) return
  if (isFile(entry)) {
    const blob = await new Promise<File | null>((resolve) => entry.file(resolve, () => resolve(null)))
    if (blob !== null) found.push({ path: entry.fullPath.replace(/^\//, ''), blob })
    return
  }
  if (!isFolder(entry)) return
  const reader = entry.createReader()
  for (;;) {
    // A hundred at a time, until there are none.
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])))
    if (some.length === 0 || found.length >= MOST_FILES) return
    for (const one of some) await open(one, found, depth + 1)
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
