/** What is used of the package, which brings no types. */
declare module 'seek-bzip' {
  export function decode(packed: Buffer): Buffer
}
