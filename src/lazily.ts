/**
 * Loads a part with its first use.
 *
 * `import()` of what is there already still takes some five microseconds, each time.
 */

/** @returns what was loaded; a failure is not kept, so the next use tries again. */
export function lazily<Part>(load: () => Promise<Part>): () => Part | Promise<Part> {
  let loaded: Part | undefined
  return () =>
    loaded ??
    load().then((part) => {
      loaded = part
      return part
    })
}
