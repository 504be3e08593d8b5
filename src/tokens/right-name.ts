/**
 * What a role or a scope may be called (RFC 6749 §3.3): printable ASCII without space, quote and
 * backslash. Without the comma too, which joins names in headers and on command lines.
 */

const rightName = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,64}$/

export const isRightName = (name: unknown): name is string =>
  typeof name === 'string' && rightName.test(name)
