import { describe, expect, it } from 'vitest'
import { nearby, parseAddress } from '../../../src/llm/endpoint/address.ts'
import { corsFault, statusFault, unreachableFault, type Asked } from '../../../src/llm/endpoint/faults.ts'

function asked(url: string, origin: string | null = 'https://evolarium.example'): Asked {
  const address = parseAddress(url)
  if (!address.ok) throw new Error(address.fault.message)
  return { address: address.value, model: 'tiny', key: '', origin }
}
const says = (result: { readonly ok: boolean; readonly fault?: { readonly message: string } }) =>
  result.fault?.message ?? ''

describe('sentences about servers', () => {
  it.each([
    ['http://localhost:11434', /OLLAMA_ORIGINS=https:\/\/evolarium\.example /],
    ['http://localhost:1234', /lms server start --cors/],
    ['http://localhost:8080', /--cors-origins/],
    ['http://localhost:5000', /Access-Control-Allow-Origin: https:\/\/evolarium\.example/],
  ])('[L57] a server that lets no page in: what to switch on, %s', (url, what) => {
    expect(says(corsFault(asked(url)))).toMatch(what)
  })

  it.each([
    ['http://localhost:11434', /ollama serve/],
    ['http://localhost:1234', /lms server start/],
    ['http://localhost:8080', /llama-server -m/],
    ['http://localhost:5000', /check the address/],
  ])('[L57] a server that is not there: how to start it, and leave from the browser, %s', (url, what) => {
    expect(says(unreachableFault(asked(url)))).toMatch(what)
    expect(says(unreachableFault(asked(url)))).toMatch(/allow it/)
    expect(says(unreachableFault(asked(url, 'http://localhost:4173')))).not.toMatch(/allow it/)
  })

  it('[L57] what no leave helps with is said too', () => {
    expect(unreachableFault(asked('http://192.168.0.7:11434'))).toMatchObject({ fault: { kind: 'mixed-content' } })
    expect(unreachableFault(asked('https://api.example.com'))).toMatchObject({ fault: { kind: 'unreachable' } })
    expect(says(statusFault(403, '', asked('http://localhost:11434')))).toMatch(/OLLAMA_ORIGINS/)
  })

  it('[L57] a page from the web says that the machine it asks for is nearby', () => {
    const space = (url: string, secure = true) => nearby(asked(url).address, secure).targetAddressSpace
    expect(space('http://localhost:1')).toBe('loopback')
    expect(space('http://[::1]:1')).toBe('loopback')
    expect(space('http://172.20.1.1')).toBe('local')
    expect(space('https://example.com')).toBeUndefined()
    expect(space('http://localhost:1', false)).toBeUndefined()
  })
})
