import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inviteFromHash, inviteToHash } from '../../../src/share/invite.ts'
import { RoomMemory } from '../../../src/ui/memory-of-rooms.ts'
import { letterOf, colourOf } from '../../../src/ui/letters.ts'
import type { RoomSpec } from '../../../src/engine/protocol.ts'

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
const place: fc.Arbitrary<RoomSpec> = fc.oneof(
  name.map((room): RoomSpec => ({ kind: 'broadcast', room })),
  fc
    .tuple(name, fc.webUrl({ validSchemes: ['http', 'https', 'ws', 'wss'] }))
    .map(([room, address]): RoomSpec => ({ kind: 'mqtt', room, address })),
)

describe('invitations', () => {
  it('[P48] come back as they were written, and leave the settings as they are', () => {
    fc.assert(
      fc.property(place, fc.stringMatching(/^#v1=[A-Za-z0-9_-]{0,40}$/), (spec, settings) => {
        expect(inviteFromHash(inviteToHash(settings, spec))).toEqual({ settings, invite: { ok: true, value: spec } })
      }),
      { seed: 4 },
    )
    expect(inviteFromHash('#v1=abc')).toEqual({ settings: '#v1=abc', invite: null })
  })

  it('[P48] that name no room or hub are refused with a sentence, and nothing throws', () => {
    for (const said of ['room=', 'room=a/b', 'room=%23', 'room=ok&hub=nonsense', 'room=ok&hub=javascript:alert(1)', 'room=ok&hub=http://user:pass@x/']) {
      const { invite } = inviteFromHash(`#v1=x&${said}`)
      expect(invite?.ok, said).toBe(false)
      if (invite?.ok === false) expect(invite.fault.message).toMatch(/\.$/)
    } // prettier-ignore
    fc.assert(
      fc.property(fc.string(), (noise) => void inviteFromHash(`#v1=x&${noise}`)),
      { seed: 5, numRuns: 1000 },
    )
  })
})

describe('rooms that runs were in', () => {
  const storage = () => {
    const map = new Map<string, string>()
    return { getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => void map.set(key, value) } // prettier-ignore
  }

  it('[P44] are remembered by run, forgotten on leaving, and the oldest make room', () => {
    const kept = storage()
    const memory = new RoomMemory(kept)
    const lab: RoomSpec = { kind: 'mqtt', room: 'lab', address: 'http://localhost:4174', island: 'ada' }
    memory.put('one', lab)
    memory.put('two', { kind: 'broadcast', room: 'tabs' })
    expect(new RoomMemory(kept).of('one')).toEqual(lab)
    memory.put('two', null)
    expect(memory.of('two')).toBeNull()
    for (let run = 0; run < 40; run++) memory.put(`run ${run}`, { kind: 'broadcast', room: 'tabs' })
    expect(memory.of('one')).toBeNull()
    expect(memory.of('run 39')).not.toBeNull()
  })

  it('[P44] whatever stands in the storage, nothing throws', () => {
    for (const text of ['', 'x', '{}', '[["one",{"kind":"mqtt","room":"lab"}]]', 'null'])
      expect(new RoomMemory({ getItem: () => text, setItem: () => undefined }).of('one')).toBeNull()
  })
})

describe('islands in a picture', () => {
  it('[P42] no two of them have both letter and colour in common', () => {
    const signs = Array.from({ length: 62 }, (_, index) => `${letterOf(index)} ${colourOf(index).join()}`)
    expect(new Set(signs).size).toBe(62)
    expect(new Set(signs.slice(0, 8).map((sign) => sign.split(' ')[1])).size).toBe(8)
  })
})
