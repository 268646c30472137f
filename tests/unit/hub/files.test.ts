import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask, PAGE, pageFolder, stands, start } from '../../support/hub.ts'

describe('a hub as a server of files', () => {
  it('[I15] serves the page and its parts as what they are, and tells how long they may be kept', async () => {
    const { port } = await start()
    for (const path of ['/', '/index.html', '/?room=lab', '/index.html#x']) {
      const { status, headers, body } = await ask(port, path)
      expect([status, body]).toEqual([200, PAGE])
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'content-length': String(PAGE.length),
      })
    }
    const asset = await ask(port, '/assets/index-Ab12.js')
    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    const again = await ask(port, '/', { headers: { 'if-none-match': (await ask(port, '/')).headers.etag } })
    expect([again.status, again.body]).toEqual([304, ''])
    expect(await ask(port, '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
    expect(await ask(port, '/', { method: 'POST' })).toMatchObject({ status: 405 })
    expect(await ask(port, '/', { headers: { range: 'bytes=9-2' } })).toMatchObject({ status: 200, body: PAGE })
  })

  it('[I15] serves nothing else: no path leads out, no link, no folder, no dot file of elsewhere', async () => {
    const folder = pageFolder()
    const secret = join(folder, '..', `secret-${Date.now()}.txt`)
    writeFileSync(secret, 'secret')
    symlinkSync(secret, join(folder, 'link.txt'))
    mkdirSync(join(folder, 'sub'))
    const { port } = await start({ folder })
    const name = secret.split('/').at(-1) ?? ''
    for (const path of [
      `/../${name}`,
      `/..%2f${name}`,
      `/%2e%2e/${name}`,
      `/assets/../../${name}`,
      `/assets/..%5c..%5c${name}`,
      `//${name}`,
      secret,
      `/${secret}`,
      '/link.txt',
      '/sub',
      '/assets',
      '/assets/',
      '/__proto__',
      '/constructor',
      '/%00',
      '/index.html%00.js',
      '/package.json',
      '/mqtt',
      `/${'a'.repeat(5000)}`,
    ])
      // prettier-ignore
      expect((await ask(port, path)).status, path).toBe(404)
    expect(await ask(port, '/%')).toMatchObject({ status: 400 })
    expect(await ask(port, '/%c0%ae%c0%ae/x')).toMatchObject({ status: 400 })
    await stands(port)
  })

  it('[I15] what is built anew meanwhile takes nothing away', async () => {
    const folder = pageFolder()
    const { port } = await start({ folder })
    writeFileSync(join(folder, 'index.html'), 'half')
    await stands(port)
  })
})
