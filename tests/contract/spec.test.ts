import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const files = (readdirSync(root, { recursive: true }) as string[]).filter((name) => name.endsWith('.ts'))
const rules = [...readFileSync(new URL('SPEC.md', root), 'utf8').matchAll(/^- \*\*\[([A-Z]\d+)\]\*\*/gm)].map(
  ([, rule]) => rule ?? '',
)
const quoted = new Map<string, string>()
for (const file of files) {
  for (const [, title = ''] of readFileSync(new URL(file, root), 'utf8').matchAll(
    /\bit(?:\.each\((?:[^`'"]|'[^']*'|"[^"]*"|`[^`]*`)*?\))?\(\s*['"`]((?:\[[A-Z]\d+\] ?)+)/g,
  )) {
    for (const [, rule = ''] of title.matchAll(/\[([A-Z]\d+)\]/g)) quoted.set(rule, file)
  }
}

describe('the rules', () => {
  it('[H1] every rule has a test that quotes it', () => {
    expect(rules.length).toBeGreaterThan(40)
    expect(rules.filter((rule) => !quoted.has(rule))).toEqual([])
  })

  it('[H1] every rule that a test quotes is in SPEC.md, once', () => {
    expect([...quoted].filter(([rule]) => !rules.includes(rule))).toEqual([])
    expect(rules.length).toBe(new Set(rules).size)
  })
})
