/** One transaction, whole or not at all. */
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import { nameOf } from './faults.ts'
import type { EvoSchema } from './schema.ts'

type Database = IDBPDatabase<EvoSchema>
type Stores = StoreNames<EvoSchema>
export type Transaction<S extends Stores, M extends 'readonly' | 'readwrite'> = IDBPTransaction<EvoSchema, S[], M>

/**
 * Settles once the transaction is over. Whatever goes wrong, a refusal, a request, an exception half-way or the commit
 * itself, leaves no trace of `work`, and the cause is thrown: not the AbortError that follows from it.
 */
export async function transact<S extends Stores, M extends 'readonly' | 'readwrite', T>(
  db: Database,
  stores: S[],
  mode: M,
  work: (tx: Transaction<S, M>) => Promise<T>,
  durability: IDBTransactionDurability = 'default',
): Promise<T> {
  const tx = db.transaction(stores, mode, { durability })
  const end = endOf(tx)
  let value: T
  try {
    value = await work(tx)
  } catch (error) {
    let over = false
    try {
      tx.abort()
    } catch {
      over = true
    }
    const cause = await end
    // Of a transaction that was over already `work` can only tell that it was, not why.
    throw over && cause !== null ? cause : error
  }
  const cause = await end
  if (cause !== null) throw cause
  return value
}

/**
 * Null once committed, else why not. A request's own error is kept: when it reaches the transaction, the transaction has
 * no error yet, and of a write that nobody awaits there would be no other trace than an AbortError.
 */
function endOf<S extends Stores, M extends 'readonly' | 'readwrite'>(tx: Transaction<S, M>): Promise<unknown> {
  // idb's own promise is not used, but has to be caught.
  tx.done.catch(() => undefined)
  return new Promise((resolve) => {
    let first: unknown = null
    tx.addEventListener('error', ({ target }) => {
      const error = target instanceof IDBRequest ? target.error : null
      if (nameOf(error) !== 'AbortError') first ??= error
    })
    tx.addEventListener('complete', () => resolve(null))
    tx.addEventListener('abort', () =>
      resolve(first ?? tx.error ?? new DOMException('The transaction was aborted.', 'AbortError')),
    )
  })
}

/**
 * A request that has somebody to listen to it at once. Where a later call throws, nobody would come to await this one, and
 * the browser would report an error that was dealt with.
 */
export function started<T>(request: Promise<T>): Promise<T> {
  request.catch(() => undefined)
  return request
}

/**
 * Starts a write without awaiting it: when it fails it aborts its transaction, and {@link transact} tells why. A call that
 * throws at once goes through to `work`, and so aborts it too.
 */
export const write = (request: Promise<unknown>): void => void started(request)
