import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openMqtt } from '../../../src/bus/mqtt.ts'
import { startHub, type HubOptions } from '../../../src/cli/hub/start.ts'
import { ask, client, happens, hub, mailboxes, open, PAGE, pageFolder, poll, start } from '../../support/hub.ts'
import { value } from '../../support/islands.ts'

/** PEM of a certificate for localhost and its key, or null where there is no openssl. */
function certificate(): { cert: string; key: string; folder: string } | null {
  const folder = mkdtempSync(join(tmpdir(), 'evolarium-tls-'))
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string]
  const made = spawnSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert,
  ]) // prettier-ignore
  return made.status === 0 ? { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), folder } : null
}
const tls = certificate()

describe('islands and a hub that comes and goes', () => {
  it('[I12] a hub that is started anew has everybody’s last messages again', async () => {
    const before = await start()
    const { port } = before
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (island) =>
        value(await openMqtt({ url: before.url, room: 'lab', island, pauses: [50, 100] })),
      ),
    )
    open.push({ close: () => a?.close() }, { close: () => b?.close() })
    await poll(() => [a?.peers(), b?.peers()].flat().map((peer) => peer?.state)).toEqual(['here', 'here'])
    a?.publish('champion', Uint8Array.of(1))
    await before.close()
    await poll(() => a?.status()).toMatchObject({ state: 'apart' })
    expect(a?.status().note).toMatch(/^The hub at ws:\/\/127\.0\.0\.1:\d+\/mqtt cannot be reached.*\. It is tried again every \d+ s, and the run goes on meanwhile\.$/) // prettier-ignore
    a?.publish('archive', Uint8Array.of(2))
    await start({ port })
    await poll(() => a?.peers()).toEqual([{ island: 'b', state: 'here' }])
    await poll(() => mailboxes(port)).toEqual(['archive/a \u0002', 'champion/a \u0001'])
  })
})

describe('starting a hub', () => {
  it.runIf(tls !== null)('[I17] speaks TLS with the certificate it is given, to pages and to islands', async () => {
    const { url, port } = await start({ ...(tls === null ? {} : { tls }), host: 'localhost' })
    const ca = tls?.cert ?? ''
    expect(url).toBe(`https://localhost:${port}/`)
    expect(await ask(port, '/', { host: 'localhost' }, ca)).toMatchObject({ status: 200, body: PAGE })
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (island) => value(await openMqtt({ url, room: 'lab', island, ca }))),
    )
    open.push({ close: () => a?.close() }, { close: () => b?.close() })
    await poll(() => a?.peers()).toEqual([{ island: 'b', state: 'here' }])
    const distrustful = value(await openMqtt({ url, room: 'lab', island: 'c', pauses: [50, 50] }))
    open.push(distrustful)
    await poll(() => distrustful.status().note).toMatch(/cannot be reached \(.*certificate.*\)/)
  })

  it('[I17] tells in a sentence why it cannot start', async () => {
    const folder = pageFolder()
    const plain = { port: 0, host: '127.0.0.1', folder }
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    open.push(taken)
    const { port } = taken.address() as AddressInfo
    const cases: [Partial<HubOptions>, string, RegExp][] = [
      [
        { port },
        'no-port',
        /^Port \d+ of 127\.0\.0\.1 cannot be had: something else uses it; name another with --port\.$/,
      ],
      [{ host: '203.0.113.7' }, 'no-port', /no such address/],
      [{ tls: { cert: 'nonsense', key: 'nonsense' } }, 'bad-certificate', /^Certificate and key cannot be used/],
      [{ folder: join(folder, 'nowhere') }, 'no-folder', /npm run build/],
      [{ folder: join(folder, 'assets') }, 'no-page', /npm run build/],
    ]
    for (const [change, kind, sentence] of cases) {
      const started = await startHub({ ...plain, ...change })
      expect(started).toMatchObject({ ok: false, fault: { kind, message: expect.stringMatching(sentence) } })
    }
  })

  it('[I17] for all it tells the addresses of this machine, and closing frees the port', async () => {
    const everywhere = await hub({ host: '0.0.0.0' })
    expect(everywhere.url).toBe(`http://localhost:${everywhere.port}/`)
    for (const address of everywhere.addresses) expect(address).toMatch(/^http:\/\/\d+\.\d+\.\d+\.\d+:\d+\/$/)
    const a = client(everywhere.port, 'a')
    await happens(a, 'connect')
    const cut = happens(a, 'close')
    await everywhere.close()
    expect(await cut).toBe('close')
    const again = await start({ port: everywhere.port })
    expect([again.port, again.addresses]).toEqual([everywhere.port, []])
  })
})

describe('npm run hub', { timeout: 180_000 }, () => {
  const command = ['--import', 'tsx', 'src/cli/hub.ts']
  const run = (...args: string[]) => spawnSync('node', [...command, ...args], { encoding: 'utf8' })

  it('[I19] answers wrong arguments with a sentence and status 2, and tells every option', () => {
    for (const args of [['--port', '70000'], ['--port', 'x'], ['--cert', 'a.pem'], ['--cert', 'no.pem', '--key', 'no.pem'], ['--origin', 'localhost'], ['--origin', 'http://a/b'], ['--nonsense'], ['extra']]) {
      const { status, stdout, stderr } = run(...args)
      expect([status, stdout, stderr.trim().split('\n').length], args.join(' ')).toEqual([2, '', 1])
      expect(stderr).toMatch(/^\S.*\.\n$/)
    } // prettier-ignore
    const help = run('--help')
    expect(help.status).toBe(0)
    for (const option of ['port', 'host', 'cert', 'key', 'origin']) expect(help.stdout).toContain(`--${option} `)
  })

  it('[I19] tells its addresses, warns where there is no certificate, and ends on Ctrl-C', async () => {
    const child = spawn('node', [...command, '--port', '0', '--host', '0.0.0.0'], { stdio: ['ignore', 'pipe', 'pipe'] })
    open.push({ close: () => child.kill('SIGKILL') })
    let said = ''
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
    // Where the page is not built yet, it is built first.
    await expect
      .poll(() => said, { timeout: 150_000 })
      .toMatch(/^The hub runs at http:\/\/localhost:\d+\/ \(Ctrl-C stops it\)$/m)
    const port = Number(/localhost:(\d+)/.exec(said)?.[1])
    expect(await ask(port, '/')).toMatchObject({ status: 200 })
    if (said.includes('On other machines')) {
      expect(said).toMatch(/On other machines open http:\/\/[\d.]+:\d+\//)
      expect(said).toContain('--cert and --key')
    }
    const a = client(port, 'a')
    await happens(a, 'connect')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
