/** What a scrape of `/metrics` says, by series as it stands there: name and labels. */

export function valuesOf(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split(/\r?\n/).map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}
