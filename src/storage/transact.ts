/** One transaction, whole or not at all. */
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import { nameOf } from './faults.ts'
import type { EvoSchema } from './schema.ts'

type Database = IDBPDatabase<EvoSchema>
type Stores = StoreNames<EvoSchema>
export type Transaction<S extends Stores, M extends 'readonly' | 'readwrite'> = IDBPTransaction<EvoSchema, S[], M>

/**
 * Settles once the transaction is committed. Whatever goes wrong, a refusal, a request, an exception half-way or the
 * commit itself, leaves no trace of `work`, and the cause is thrown: not the AbortError that follows from it.
 */
export async function transact<S extends Stores, M extends 'readonly' | 'readwrite', T>(
  db: Database,
  stores: S[],
  mode: M,
  work: (tx: Transaction<S, M>) => Promise<T>,
  durability: IDBTransactionDurability = 'default',
): Promise<T> {
  const tx = db.transaction(stores, mode, { durability })
  const done = tx.done.then(
    () => null,
    (error: unknown) => error ?? new DOMException('The transaction was aborted.', 'AbortError'),
  )
  let value: T
  try {
    value = await work(tx)
  } catch (error) {
    try {
      tx.abort()
    } catch {
      // It is over already, which is why `work` failed.
    }
    const cause = await done
    throw nameOf(error) === 'AbortError' && cause !== null ? cause : error
  }
  const cause = await done
  if (cause !== null) throw cause
  return value
}

/**
 * Starts writes without awaiting each: a write that fails aborts its transaction, and {@link transact} tells why. A call
 * that throws at once goes through to `work`, and so aborts it too.
 */
export function write(...requests: readonly Promise<unknown>[]): void {
  for (const request of requests) request.catch(() => undefined)
}
