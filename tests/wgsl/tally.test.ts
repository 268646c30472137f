import { describe, expect, it } from 'vitest'
import { warriorCoevolution } from '../../src/arenas/core-war/coevolution.ts'
import { battlePlan } from '../../src/arenas/core-war/environment.ts'
import { warriorEvaluator } from '../../src/arenas/core-war/evaluate.ts'
import { decodeWarrior, encodeWarrior } from '../../src/arenas/core-war/genome.ts'
import createGpuEvaluator from '../../src/arenas/core-war/gpu.ts'
import { Battlefield } from '../../src/arenas/core-war/kernel/battlefield.ts'
import { CellFormat, instructionsIn } from '../../src/arenas/core-war/kernel/cells.ts'
import { TALLIES_AT } from '../../src/arenas/core-war/kernel/pack.ts'
import { Pipelines } from '../../src/arenas/core-war/kernel/pipelines.ts'
import { talliesOf } from '../../src/arenas/core-war/kernel/tallies.ts'
import { CANDIDATE, listed, programsOf } from '../../src/arenas/core-war/kernel/tournament.ts'
import { Upload } from '../../src/arenas/core-war/kernel/upload.ts'
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { PRESETS, rulesOf } from '../../src/arenas/core-war/options.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { ReferenceEngine } from '../../src/arenas/core-war/reference.ts'
import { tallyOf, type Tally } from '../../src/arenas/core-war/tally.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { batchOf } from '../../src/core/batch.ts'
import type { Gpu } from '../../src/gpu/device.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { rng } from '../../src/core/rng.ts'
import { gpuForTests } from '../support/gpu.ts'
import { battles, randomProgram, rules } from '../support/warriors.ts'

const { gpu, engine, problems } = gpuForTests()

/** The first warriors of some battles meet the others of all of them. */
function tournament(settings: MarsSettings, warriors: number, candidates: number, each: number) {
  const setups = battles(11, Math.max(candidates, each), settings, warriors)
  return {
    candidates: setups.slice(0, candidates).map((setup) => setup.warriors[0]!.program),
    battles: setups.slice(0, each).map(({ warriors: [own, ...others], first }) => ({
      warriors: [{ ...own!, program: CANDIDATE }, ...others],
      first,
    })),
  }
}

async function expected(settings: MarsSettings, { candidates, battles: setups }: { candidates: Program[]; battles: BattleSetup[] }) {
  const tallies: Tally[] = []
  for (const program of candidates) {
    const own = setups.map((setup) => ({
      ...setup,
      warriors: setup.warriors.map((one) => (one.program === CANDIDATE ? { ...one, program } : one)),
    }))
    tallies.push(tallyOf(await new ReferenceEngine().run(settings, own)))
  }
  return tallies
} // prettier-ignore

const plain = ({ deaths, ...sums }: Tally, warriors: number) => ({
  ...sums,
  // Who won is only asked of two.
  ...(warriors > 2 ? { wins: 0, ties: 0 } : {}),
  deaths: deaths.map((diedAt) => [...Array.from(diedAt)]),
})

/** The same device, but it has no memory for larger buffers. What it would say then is played. */
function short({ device }: Gpu, bytes: number): { device: GPUDevice; refused: () => number } {
  const scopes: string[] = []
  let refused = 0
  let isRefused = false
  const played = {
    createBuffer(descriptor: GPUBufferDescriptor) {
      if (descriptor.size > bytes) {
        refused++
        isRefused = true
      }
      return device.createBuffer(descriptor)
    },
    pushErrorScope(filter: GPUErrorFilter) {
      scopes.push(filter)
      device.pushErrorScope(filter)
    },
    async popErrorScope() {
      const isTold = scopes.pop() === 'out-of-memory' && isRefused
      if (isTold) isRefused = false
      const error = await device.popErrorScope()
      return isTold ? new GPUOutOfMemoryError('no memory (played)') : error
    },
  }
  const proxy = new Proxy(device, {
    get(target, name) {
      const own: unknown = Reflect.get(played, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { device: proxy, refused: () => refused }
}

describe('tallies', () => {
  it.each([
    ['duels', rules(80, { maxCycles: 300 }), 2],
    ['duels of one process each', rules(80, { maxProcesses: 1 }), 2],
    ['alone', rules(80, { maxCycles: 300 }), 1],
    ['alone, going on', rules(80, { maxCycles: 300, endsWhen: 'none-left' }), 1],
    ['duels that go on', rules(80, { maxCycles: 300, endsWhen: 'none-left' }), 2],
    ['melees', rules(200, { maxCycles: 200 }), 5],
    ['melees that go on', rules(200, { maxCycles: 200, endsWhen: 'none-left' }), 5],
  ])('[K7] equal those of the outcomes: %s', async (_name, settings, warriors) => {
    const given = tournament(settings, warriors, 12, 9)
    const want = await expected(settings, given)
    for (const mostBattles of [7, 64, 1000]) {
      const found = await (await engine({ mostBattles })).tally(settings, given, { keepsLives: true })
      expect(found.map((one) => plain(one, warriors))).toEqual(want.map((one) => plain(one, warriors)))
    }
  })

  it('[K9] are the same while the best way is searched for and after', { timeout: 300_000 }, async () => {
    const settings = rules(80, { maxCycles: 60 })
    const given = tournament(settings, 2, 12, 100)
    const want = await expected(settings, given)
    const chosen: string[] = []
    const remember = { get: () => Promise.resolve(null), put: (_: string, value: string) => Promise.resolve(void chosen.push(value)) } // prettier-ignore
    const mars = await engine({ remember })
    for (let batch = 0; batch < 11; batch++)
      expect(await mars.tally(settings, given, { keepsLives: true })).toEqual(want)
    // Twelve hundred battles: all at once, or 1024 of them, in workgroup memory; or a thread each.
    expect(chosen.length).toBe(1)
    expect(['local 2048', 'local 1024', 'slices 2048']).toContain(chosen[0])
  })

  it('[K7] count beyond 32 bits', async () => {
    const settings = rules(80)
    const given = listed(battles(1, 64, settings, 2))
    const programs = programsOf(given)
    const upload = await Upload.create(gpu(), given, programs, new CellFormat(7, instructionsIn(programs)), false)
    const low = 0xffffff00
    gpu().device.queue.writeBuffer(upload.tallies, 4 * TALLIES_AT, Uint32Array.of(0, 0, low, 0, low, 0, low, 7))
    const kind = { settings, warriors: 2, pspaces: false, fieldBits: 7, way: 'slices' } as const
    const field = await Battlefield.create(gpu(), await Pipelines.create(gpu(), nodeShaders), kind, 64, {})
    await field.fight({ upload, first: 0, count: 64, atOnce: 64 }, given.battles, undefined)
    const [found] = talliesOf(given, await upload.readTallies(), null)
    const want = tallyOf(await new ReferenceEngine().run(settings, given.battles))
    expect(want.instructions).toBeGreaterThan(0x100)
    expect(found).toEqual({
      ...want,
      instructions: want.instructions + low,
      spawned: want.spawned + low,
      covered: want.covered + low + 7 * 2 ** 32,
      deaths: [],
    })
    field.dispose()
    upload.dispose()
  })

  it.each([
    ['points', 'nano', { rounds: 3, opponents: 5, maxCycles: 200 }],
    ['points', 'tiny', { rounds: 2, opponents: 3, maxCycles: 300 }],
    ['survival', 'nano', { rounds: 3, opponents: 6, maxCycles: 200 }],
    ['survival', 'drq', { rounds: 3, opponents: 1, maxCycles: 300 }],
  ])(
    '[K7] [E6] [D22] become the scores of the CPU, to the last bit, with a champion more too: %s, %s',
    async (fitness, preset, change) => {
      const options = { ...PRESETS.find(({ id }) => id === preset)!.options, ...change, fitness }
      const { coreSize, maxLength } = rulesOf(options)
      const random = rng(4)
      const rows = Array.from({ length: 21 }, () =>
        encodeWarrior(
          randomProgram(random, coreSize, 1 + random.int(maxLength), random.chance(0.3)),
          1 + 2 * maxLength,
        ),
      )
      const batch = batchOf(1 + 2 * maxLength, rows)
      const plan = battlePlan(options, 3)
      const created = await createGpuEvaluator(gpu(), nodeShaders, options, NO_FILES)
      if (!created.ok) throw new Error(created.fault.message)
      const champion = { name: 'champion', genome: decodeWarrior(rows[0]!) }
      for (const met of [plan, warriorCoevolution(options).advance(plan, champion)]) {
        const found = await created.value.evaluate(batch, met, { aborted: false })
        expect(found).toEqual({ ok: true, value: warriorEvaluator(options)(batch, met, { aborted: false }) })
      }
      created.value.dispose()
    },
  )

  it.each([
    [1_000_000, 'slices'],
    [100_000, 'slices'],
    [10_000, 'slices'],
    [20_000, 'local'],
  ] as const)('[K8] are counted with %i bytes for any buffer at most: %s', async (bytes, way) => {
    const settings = rules(80, { maxCycles: 100 })
    const given = tournament(settings, 2, 12, 60)
    const want = await expected(settings, given)
    const { device, refused } = short(gpu(), bytes)
    const found = await (await engine({ way }, { ...gpu(), device })).tally(settings, given, { keepsLives: true })
    expect(found.map((one) => plain(one, 2))).toEqual(want.map((one) => plain(one, 2)))
    expect(refused() > 0).toBe(bytes < 1_000_000)
  })

  it('[K4] raise no validation error', () => {
    expect(problems).toEqual([])
  })
})
