/** What one core of this machine does, for benchmarks that tell how much of it they use. */
import { branchIf, get, i32, loop, program, set, SUB, tee, type Code } from '../src/wasm/encode.ts'
import { ADD4, f32x4, MUL4, store4 } from '../src/wasm/simd.ts'

/** Seconds of this process's own time too: on a machine that does other things it says more than the clock. */
export const busy = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/**
 * What one core does at most, in G operations a second: twelve independent chains of `x = x * 0.5 + 1` in registers, four numbers each,
 * nothing loaded or stored. Twelve hide how long a multiplication and an addition take, and no product can be moved out of the loop.
 */
export function limit(): () => number {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const chains = Array.from({ length: 12 }, (_, at) => at + 1)
  const step = (chain: number): Code => [...get(chain), ...get(13), ...MUL4, ...get(14), ...ADD4, ...set(chain)]
  const body = [
    ...f32x4(0.5), ...set(13), ...f32x4(1), ...set(14),
    ...loop(chains.map(step), get(0), i32(1), SUB, tee(0), branchIf(0)),
    chains.map((chain) => [...i32(0), ...get(chain), ...store4(16 * chain)]),
  ] // prettier-ignore
  const bytes = program({ f: { takes: 1, locals: [[14, 'v128']], body } })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } })
  const run = exports['f'] as (times: number) => void
  const times = 1e7
  run(times)
  return () => {
    const began = busy()
    run(times)
    return (times * chains.length * 8) / (busy() - began) / 1e9
  }
}
