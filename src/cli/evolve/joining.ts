/** A run of the command line in a room at a hub. */
import { openMqtt } from '../../bus/mqtt.ts'
import type { Make } from '../../core/generation.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { loadFiles } from '../../core/files.ts'
import { inlineEvaluator } from '../../engine/inline-evaluator.ts'
import type { RoomSpec } from '../../engine/protocol.ts'
import { Room, whyNoIsland } from '../../engine/room.ts'
import { publicFile } from '../public-file.ts'

/** `say` is told who comes and goes, and what is wrong, each once. */
export async function joinFromNode(make: Make, spec: RoomSpec, say: (line: string) => void): Promise<Result<Room>> {
  const why = whyNoIsland(make)
  if (why !== null) return why
  if (spec.kind !== 'mqtt') return fail('no-hub', 'From the command line islands meet at a hub: --hub URL.')
  const { preset, seed } = make.settings
  const island =
    spec.island ??
    `${preset}-${seed}-${process.pid}`
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '-')
      .slice(0, 32)
  const files = await loadFiles(make.arena, make.settings.options, publicFile)
  if (!files.ok) return files
  const bus = await openMqtt({ url: spec.address, room: spec.room, island })
  if (!bus.ok) return bus
  let last = ''
  const room: Room = new Room(spec, make, bus.value, {
    evaluator: () => inlineEvaluator(make.arena, make.settings.options, files.value),
    now: () => performance.now(),
    changed() {
      const { state, note, peers, picture } = room.view()
      const here = peers.filter((peer) => peer.state === 'here').map((peer) => peer.island)
      const line =
        `${island} is ${state === 'joined' ? 'in' : state === 'apart' ? 'cut off from' : 'on its way to'} room ${spec.room}; there: ${here.join(', ') || 'nobody else'}.${
          picture.islands.length === 0
            ? ''
            : ` All islands: QD-Score ${picture.merged.qdScore.toFixed(2)}, coverage ${Math.round(100 * picture.merged.coverage)} %.`
        } ${note}`.trim()
      if (line !== last) say(line)
      last = line
    },
  })
  return ok(room)
}
