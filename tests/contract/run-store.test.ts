import 'fake-indexeddb/auto'
import { MemoryRuns } from '../../src/storage/memory.ts'
import { openRunStore } from '../../src/storage/runs.ts'
import { describeRunStoreContract, value } from './run-store.ts'

let databases = 0
describeRunStoreContract('memory', () => new MemoryRuns())
describeRunStoreContract('IndexedDB', async () => value(await openRunStore({ name: `test-${++databases}` })))
