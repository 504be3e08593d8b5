import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasUniqueNames, parseStrictJsonObject } from '../../src/tokens/strict-json.ts'

const parse = (text: string) => parseStrictJsonObject(Buffer.from(text))

describe('strict JSON', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":[[{"b":1,"c":[],"b":2}]]}',
    '{"":1,"":2}',
    '{"\\"":1,"\\u0022":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a":"\\\\","a":1}',
  ])('J9: duplicate member names are refused: %s', (text) => {
    expect(parse(text)).toBeUndefined()
  })

  it.each([
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '{"a":["a","a",{"a":1},{"a":1}]}',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    '{"a":",{","b":"[\\\\"}',
    '{}',
  ])('a name may come again elsewhere: %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it.each(['', '[]', '"a"', 'null', '1', '{', '{"a":1,}', "{'a':1}", '\u{feff}{}'])(
    'J16: what is not one JSON object is refused: %j',
    (text) => {
      expect(parse(text)).toBeUndefined()
    },
  )

  it.each([
    ['a lone byte', [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]],
    ['an overlong form', [0x7b, 0x22, 0xc1, 0xa1, 0x22, 0x3a, 0x31, 0x7d]],
    ['an encoded surrogate', [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ['UTF-16 without a mark', [0x7b, 0x00, 0x7d, 0x00]],
  ])('J16: other encodings are refused: %s', (_, bytes) => {
    expect(parseStrictJsonObject(Uint8Array.from(bytes))).toBeUndefined()
  })

  it('J17: nesting is bounded', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(parse(nested(31))).toBeDefined()
    expect(parse(nested(32))).toBeUndefined()
    expect(parse(nested(100_000))).toBeUndefined()
  })

  it('J9: agrees with a naive reference on every text', () => {
    fc.assert(
      fc.property(treeArbitrary(3), (tree) => {
        const text = write(tree)
        expect(hasUniqueNames(Buffer.from(text), JSON.parse(text))).toBe(isUnique(tree))
      }),
      { numRuns: 1000 },
    )
  })
})

/** JSON before it is text, in which an object may hold a name twice. */
type Tree = string | number | Tree[] | { readonly members: readonly (readonly [string, Tree])[] }

function treeArbitrary(depth: number): fc.Arbitrary<Tree> {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', '\\', '{', ',', ':', ']', 'é'),
    maxLength: 3,
  })
  const leaf: fc.Arbitrary<Tree> = fc.oneof(text, fc.integer())
  if (depth === 0) return leaf
  const inner = treeArbitrary(depth - 1)
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\'), maxLength: 2 })
  const members = fc.array(fc.tuple(name, inner), { maxLength: 4 })
  return fc.oneof(
    leaf,
    fc.array(inner, { maxLength: 3 }),
    members.map((list) => ({ members: list })),
  )
}

/** Writes every other name with escapes, so equal names look different. */
function write(tree: Tree): string {
  if (typeof tree !== 'object') return JSON.stringify(tree)
  if (Array.isArray(tree)) return `[${tree.map(write).join(' , ')}]`
  const written = tree.members.map(([name, value], index) => {
    const escaped = [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const quoted = index % 2 === 0 ? JSON.stringify(name) : `"${escaped.join('')}"`
    return `${quoted} : ${write(value)}`
  })
  return `{${written.join(',')}}`
}

function isUnique(tree: Tree): boolean {
  if (typeof tree !== 'object') return true
  if (Array.isArray(tree)) return tree.every(isUnique)
  const names = new Set(tree.members.map(([name]) => name))
  return names.size === tree.members.length && tree.members.every(([, value]) => isUnique(value))
}
