/** Models in play: real runs, with models that answer, answer badly, fail, or never answer. */
import { afterEach, describe, expect, it } from 'vitest'
import { nodeModels } from '../../../src/cli/node-models.ts'
import { archiveHash, initialState, type Make } from '../../../src/core/generation.ts'
import type { GenerationRecord } from '../../../src/core/journal.ts'
import { MIX_DEFAULTS } from '../../../src/core/mix.ts'
import { fail, ok, type Result } from '../../../src/core/result.ts'
import { Desk } from '../../../src/engine/desk.ts'
import { Runner } from '../../../src/engine/runner.ts'
import { TapePlayer } from '../../../src/engine/tape-player.ts'
import type { GenerateRequest, Generated, LoadedModel, LoadProgress } from '../../../src/llm/contracts.ts'
import type { Llm } from '../../../src/llm/llm.ts'
import { localPool, make } from '../../support/toy.ts'
import { warrior } from '../../support/writing.ts'

const inStep = { ...MIX_DEFAULTS, pace: 'lockstep' }
const spec = { adapter: 'scripted', model: 'script', texts: [] } as const
const loaded: LoadedModel = {
  id: 'script',
  label: 'Script',
  version: 'test 1',
  capabilities: { grammar: false, schema: false, repeatable: true, batch: 4, context: 8000 },
}

/** A door to one model that answers as `answer` says. */
function door(answer: (requests: readonly GenerateRequest[]) => Promise<Result<readonly Generated[]>>, load = () => Promise.resolve<Result<LoadedModel>>(ok(loaded))): Llm {
  return {
    load, generate: (_model, requests) => answer(requests), cancelLoad: () => undefined, abort: () => undefined,
    stats: () => Promise.resolve(null), listModels: () => Promise.resolve(ok([])), unload: () => Promise.resolve(), dispose: () => undefined,
  }
} // prettier-ignore
const answers = (texts: readonly string[]): Result<readonly Generated[]> =>
  ok(texts.map((text) => ({ text, tokens: 10, promptTokens: 50, ms: 2, finish: 'stop' as const })))

function start(run: Make, llm: Llm, sharesGpu = false) {
  const changes: GenerationRecord[] = []
  const desk = new Desk(run, {
    door: llm,
    state: () => runner.state,
    sharesGpu: () => sharesGpu,
    changed: () => undefined,
  })
  const pool = localPool(run.settings.options)
  const runner: Runner = new Runner(run, initialState(run), {
    arrivals: (state, signal) => desk.arrivals(state, signal),
    evaluator: () => Promise.resolve(ok(pool)),
    generation: (change) => Promise.resolve(void changes.push(change)),
    rested: () => desk.rest(),
  })
  open.push(async () => {
    await runner.pause()
    await desk.close()
  })
  return {
    desk,
    runner,
    changes,
    completions: () => changes.flatMap(({ tape }) => tape?.completions ?? []),
    async run(generations: number) {
      runner.run(generations)
      await runner.settled()
    },
  }
}
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

describe('models at the desk of a run', () => {
  it('[V9] in step, each generation has its share from the model, the same in every run', async () => {
    const embedded = async () => {
      const game = start(make({ seed: 3, mix: inStep, population: 24 }), nodeModels())
      const plugged = await game.desk.plug({
        adapter: 'embedded',
        arena: 'core-war',
        model: 'redcode-nano',
        engine: 'cpu',
      })
      expect(plugged).toMatchObject({ ok: true })
      await game.run(8)
      return game
    }
    const [one, other] = [await embedded(), await embedded()]
    expect(archiveHash(other.runner.state.elites)).toBe(archiveHash(one.runner.state.elites))
    expect(other.completions().map(({ text }) => text)).toEqual(one.completions().map(({ text }) => text))
    const novel = one.runner.state.models!.tallies.reduce((sum, tally) => sum + tally.novel, 0)
    expect(novel).toBeGreaterThan(8 * 24 * 0.5)
    expect(one.runner.state.elites.some(({ writing }) => writing?.model === 'redcode-nano')).toBe(true)
    expect(one.runner.state.elites.some(({ writing }) => writing === undefined)).toBe(true)
  })

  it('[V9] in free pace nothing waits for a model that never answers', async () => {
    const game = start(
      make({ mix: MIX_DEFAULTS }),
      door(() => new Promise(() => undefined)),
    )
    await game.desk.plug(spec)
    await game.run(10)
    expect(game.runner.state.generation).toBe(10)
    expect(game.completions()).toEqual([])
    expect(game.desk.statuses()[0]).toMatchObject({ state: 'writing' })
    await game.desk.unplug('script')
    await game.run(2)
    expect(game.runner.state.generation).toBe(12)
  })

  it('[V9] pausing gives up what is being written; going on asks anew', async () => {
    const game = start(
      make({ mix: inStep }),
      door(() => new Promise(() => undefined)),
    )
    await game.desk.plug(spec)
    game.runner.run()
    await expect.poll(() => game.desk.statuses()[0]?.state).toBe('writing')
    await game.runner.pause()
    expect(game.runner.state.generation).toBe(0)
    await game.desk.unplug('script')
    await game.run(1)
    expect(game.runner.state.generation).toBe(1)
  })

  it('[V10] a model that fails is told of, the run goes on, and it comes back by itself', async () => {
    let calls = 0
    const broken = fail('model-lost', 'The GPU was lost.')
    const game = start(
      make({ mix: inStep }),
      door((requests) => Promise.resolve(++calls === 1 ? broken : answers(requests.map((_, at) => warrior(calls * 9 + at))))), // prettier-ignore
    )
    await game.desk.plug(spec)
    await game.run(3)
    expect(game.runner.state.generation).toBe(3)
    expect(game.desk.statuses()[0]).toMatchObject({ state: 'failed', note: expect.stringMatching(/GPU was lost.*tried again/) }) // prettier-ignore
    expect(game.completions()).toEqual([])
    await expect.poll(() => game.desk.statuses()[0]?.state, { timeout: 10_000 }).toBe('ready')
    await game.run(2)
    expect(game.completions().length).toBeGreaterThan(0)
    expect(game.desk.statuses()[0]?.note).toBe('')
  })

  it('[V10] one that cannot be loaded when asked for is told and not kept; a door that breaks is a fault like any other', async () => {
    const none = start(
      make({ mix: inStep }),
      door(
        () => Promise.resolve(answers([])),
        () => Promise.resolve(fail('no-file', 'Not there.')),
      ),
    )
    expect(await none.desk.plug(spec)).toMatchObject({ ok: false, fault: { message: 'Not there.' } })
    expect(none.desk.isEmpty).toBe(true)
    const rejecting = start(
      make({ mix: inStep }),
      door(() => Promise.reject(new Error('worker died'))),
    )
    await rejecting.desk.plug(spec)
    await rejecting.run(2)
    expect(rejecting.runner.state.generation).toBe(2)
    expect(rejecting.desk.statuses()[0]?.note).toMatch(/worker died/)
  })

  it('[V11] what is refused is asked for again with the reasons, what is known with another seed, three times at most', async () => {
    const prompts: string[] = []
    const seeds = new Set<number>()
    const game = start(
      make({ mix: { ...inStep, classical: 0 }, population: 4 }),
      door((requests) => {
        prompts.push(...requests.map(({ prompt }) => prompt))
        for (const { seed } of requests) seeds.add(seed)
        return Promise.resolve(answers(requests.map((_, at) => (at % 2 === 0 ? 'MOVE 0, 1' : 'DAT.F #0, #0'))))
      }),
    )
    await game.desk.plug(spec)
    await game.run(1)
    await game.run(6)
    const all = game.completions()
    expect(Math.max(...all.map(({ attempt }) => attempt))).toBe(3)
    const fixes = all.filter(({ fix }) => fix === true)
    expect(fixes.length).toBeGreaterThan(0)
    expect(fixes.every(({ attempt, prompt }) => attempt > 0 && prompt?.includes('MOVE'))).toBe(true)
    expect(all.some(({ attempt, fix }) => attempt > 0 && fix === undefined)).toBe(true)
    expect(seeds.size).toBe(prompts.length)
    expect(game.runner.state.models!.tallies.reduce((sum, { completions }) => sum + completions, 0)).toBe(all.length)
  })

  it('[V14] what a load tells after it has answered is no news', async () => {
    let tell: (progress: LoadProgress) => void = () => undefined
    const late: Llm = {
      ...door(() => new Promise(() => undefined)),
      load(_spec, onProgress) {
        tell = onProgress
        return Promise.resolve(ok(loaded))
      },
    }
    const game = start(make({ mix: inStep }), late)
    await game.desk.plug(spec)
    tell({ stage: 'prepare', text: 'Ready', done: 1 })
    expect(game.desk.statuses()[0]).toMatchObject({ state: 'ready', progress: null })
  })

  it('[V13] a prompt that is too long costs its order alone: asked without what the run knows, then given up with a word', async () => {
    /** A model with room for so many characters, which llama.cpp's would count in tokens. */
    const roomFor = (most: number) => {
      const asked: number[] = []
      const answer = (requests: readonly GenerateRequest[]) => {
        asked.push(requests.length)
        const fits = requests.every(({ system, prompt }) => system.length + prompt.length <= most)
        return Promise.resolve(fits ? answers(requests.map(({ seed }) => warrior(seed % 5000))) : fail('too-long', 'The prompt is too long for Script.')) // prettier-ignore
      }
      return { asked, game: start(make({ mix: { ...inStep, classical: 0 }, population: 8 }), door(answer)) }
    }
    const texts = async (most: number) => {
      const { game, asked } = roomFor(most)
      await game.desk.plug(spec)
      await game.run(3)
      const [status] = game.desk.statuses()
      return { all: game.completions(), status, asked, game }
    }
    const everything = await texts(100_000)
    const lengths = everything.all.map(({ prompt = '' }) => prompt.length).sort((x, y) => x - y)
    // Some informed prompts fit, and all blind ones.
    const some = await texts(lengths[Math.floor(lengths.length / 2)]!)
    expect(some.all.length).toBe(everything.all.length)
    expect(some.status).toMatchObject({ state: 'ready', note: '' })
    expect(Math.max(...some.asked)).toBe(4)
    expect(new Set(some.all.map(({ prompt = '' }) => prompt.includes('scores')))).toEqual(new Set([true, false]))
    expect((await texts(lengths[Math.floor(lengths.length / 2)]!)).all).toEqual(some.all)
    // None fits: it is told, nothing waits, and the model gets a rest.
    const none = await texts(10)
    expect(none.all).toEqual([])
    expect(none.status?.note).toMatch(
      /^The prompt is too long for Script\. It is tried again in \d+ s; operators go on/,
    )
    expect(none.asked.length).toBeLessThan(60)
    // It is tried ever more rarely: what fits nowhere is no sign of health.
    const later = async () => {
      await none.game.run(1)
      return none.game.desk.statuses()[0]?.note
    }
    await expect.poll(later, { timeout: 20_000, interval: 200 }).toMatch(/in 4 s/)
  })

  it('[V12] after each call the GPU belongs to the battles until they had their share', async () => {
    const times: number[] = []
    const slow = door(async (requests) => {
      times.push(performance.now())
      await new Promise((resolve) => setTimeout(resolve, 60))
      times.push(performance.now())
      return answers(requests.map((_, at) => warrior(times.length * 5 + at)))
    })
    const game = start(make({ mix: { ...MIX_DEFAULTS, gpuShare: 0.25 } }), slow, true)
    await game.desk.plug(spec)
    game.runner.run()
    await expect.poll(() => times.length, { timeout: 20_000 }).toBeGreaterThan(6)
    await game.runner.pause()
    for (let call = 2; call < times.length; call += 2) {
      const wrote = (times[call - 1] ?? 0) - (times[call - 2] ?? 0)
      expect((times[call] ?? 0) - (times[call - 1] ?? 0)).toBeGreaterThan(wrote * 2.9)
    }
  })

  it('[V6] a run plays again from its tape without any model: bandit, measured costs and all', async () => {
    const run = make({ seed: 8, mix: { ...inStep, policy: 'bandit' }, population: 24 })
    const game = start(run, nodeModels())
    await game.desk.plug({ adapter: 'embedded', arena: 'core-war', model: 'redcode-nano', engine: 'cpu' })
    await game.run(10)
    const player = new TapePlayer(game.changes.flatMap(({ tape }) => tape ?? []))
    const pool = localPool(run.settings.options)
    const again: GenerationRecord[] = []
    const replay = new Runner(run, initialState(run), {
      arrivals: ({ generation }) => Promise.resolve(player.arrivals(generation + 1)),
      evaluationMs: (generation) => player.evaluationMs(generation),
      evaluator: () => Promise.resolve(ok(pool)),
      generation: (change) => Promise.resolve(void again.push(change)),
      rested: () => undefined,
    })
    replay.run(10)
    await replay.settled()
    expect(again).toEqual(game.changes)
    expect(archiveHash(replay.state.elites)).toBe(archiveHash(game.runner.state.elites))
    expect(replay.state.models!.bandit.length).toBeGreaterThan(5)
  })
})
