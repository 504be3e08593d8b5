/**
 * A set of ids in typed arrays: 16 bytes an id, and places that are free.
 *
 * Open addressing with linear probing, in parts that grow one by one: adding the millionth id moves
 * a few thousand at most, so no step holds the process up. Nothing is taken out singly; a table is
 * dropped as a whole.
 */

import type { IdWords } from './id-words.ts'

export interface IdTable {
  /** Adds the id that was read last. */
  add(): void
  /** True when the id that was read last is in the table. */
  has(): boolean
  size(): number
}

const partBits = 8
const partCount = 2 ** partBits
const firstPlaces = 4
/** Of the places of a part; beyond it probing takes too long, and the part doubles. */
const mostUsed = 0.75

/**
 * The hashes of all places, then the three other words of each: a search reads hashes, which lie
 * close together, and the rest only where one is the same.
 */
type Part = Uint32Array
const wordsEach = 4
const free = 0

/** @param ids read an id with it before each `add` and `has`. */
export function createIdTable({ words }: Pick<IdWords, 'words'>): IdTable {
  const parts: Part[] = []
  const used = new Uint32Array(partCount)
  let size = 0

  /** By the upper bits of the hash; the lower ones choose the place in the part. */
  const partIndex = (): number => (words[0] as number) >>> (32 - partBits)

  return Object.freeze({
    add() {
      while (parts.length < partCount) parts.push(emptyPart(firstPlaces))
      const index = partIndex()
      const part = parts[index] as Part
      if (!put(part, words)) return
      const count = (used[index] as number) + 1
      used[index] = count
      size += 1
      if (count >= placesOf(part) * mostUsed) parts[index] = double(part)
    },
    has() {
      if (size === 0) return false
      const part = parts[partIndex()] as Part
      return part[find(part, words)] !== free
    },
    size: () => size,
  })
}

const emptyPart = (places: number): Part => new Uint32Array(places * wordsEach)

const placesOf = (part: Part): number => part.length / wordsEach

/** Where the other words of a place are. */
const restOf = (part: Part, place: number): number => placesOf(part) + place * (wordsEach - 1)

function double(part: Part): Part {
  const larger = emptyPart(placesOf(part) * 2)
  const words = new Uint32Array(wordsEach)
  for (let place = 0; place < placesOf(part); place += 1) {
    const hash = part[place] as number
    if (hash === free) continue
    words[0] = hash
    for (let word = 1; word < wordsEach; word += 1) {
      words[word] = part[restOf(part, place) + word - 1] as number
    }
    put(larger, words)
  }
  return larger
}

/** @returns false when they are there already. */
function put(part: Part, words: Uint32Array): boolean {
  const place = find(part, words)
  if (part[place] !== free) return false
  for (let word = 1; word < wordsEach; word += 1) {
    part[restOf(part, place) + word - 1] = words[word] as number
  }
  part[place] = words[0] as number
  return true
}

/** The place where these words are, or the free one that ends the search for them. */
function find(part: Part, words: Uint32Array): number {
  const last = placesOf(part) - 1
  const hash = words[0] as number
  let place = hash & last
  for (;;) {
    const found = part[place] as number
    if (found === free || (found === hash && isRestSame(part, place, words))) return place
    place = (place + 1) & last
  }
}

function isRestSame(part: Part, place: number, words: Uint32Array): boolean {
  const at = restOf(part, place)
  return part[at] === words[1] && part[at + 1] === words[2] && part[at + 2] === words[3]
}
