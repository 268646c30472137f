/** Small things worth keeping between visits, in a database of their own: without it, or without its content, all goes on. */
import { openDB } from 'idb'

const STORE = 'values'

const opened = () =>
  openDB('evolarium-remembered', 1, {
    upgrade: (database) => {
      database.createObjectStore(STORE)
    },
  })

async function withDatabase<T>(action: (database: Awaited<ReturnType<typeof opened>>) => Promise<T>): Promise<T> {
  const database = await opened()
  try {
    return await action(database)
  } finally {
    database.close()
  }
}

/** Null where nothing is kept, or nothing can be. */
export async function remembered(key: string): Promise<string | null> {
  const value: unknown = await withDatabase((database) => database.get(STORE, key)).catch(() => null)
  return typeof value === 'string' ? value : null
}

/** Keeps a value if that can be done. */
export async function remember(key: string, value: string): Promise<void> {
  await withDatabase((database) => database.put(STORE, value, key)).catch(() => undefined)
}
