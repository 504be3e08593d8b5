/** Reads a JSON body and holds it against a schema. */

import { AuthError } from '../errors.ts'
import { lazily } from '../lazily.ts'
import { exceedsLimits, maximumDepth, maximumNames } from './json-limits.ts'
import { type HttpRequest, maximumBodyBytes, type RequestBody } from './request.ts'
import type { Bodies } from './schemas.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Loaded with the first body, so that a server is up before its schemas are.
const loadSchemas = lazily(() => import('./schemas.ts'))

/**
 * @throws AuthError `body_too_large`, `unsupported_media_type`, `invalid_json`, `invalid_request`
 * with the fields that are wrong, or for JSON that is nested too deeply or has too many names.
 */
export async function readBody<N extends keyof Bodies>(
  request: HttpRequest,
  name: N,
): Promise<Bodies[N]> {
  const value = await readJson(request)
  const { schemas } = await loadSchemas()
  const result = schemas[name].safeParse(value)
  if (result.success) return result.data as Bodies[N]
  const fields = result.error.issues.map((issue) => ({
    field: issue.path.map(String).join('.'),
    message: issue.message,
  }))
  throw new AuthError('invalid_request', { fields })
}

/** @throws AuthError `body_too_large`; without waiting for it where its length was announced. */
export async function receiveBody(
  request: HttpRequest,
): Promise<Exclude<RequestBody, { tooLarge: true }>> {
  if (Number(request.header('content-length') ?? 0) > maximumBodyBytes) {
    throw new AuthError('body_too_large')
  }
  const body = await request.body()
  if ('tooLarge' in body) throw new AuthError('body_too_large')
  return body
}

async function readJson(request: HttpRequest): Promise<unknown> {
  const body = await receiveBody(request)
  if ('bytes' in body && body.bytes.length === 0) return {}
  if ('parsed' in body && body.parsed === undefined) return {}
  const [mediaType = ''] = (request.header('content-type') ?? '').split(';', 1)
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new AuthError('unsupported_media_type')
  }
  return 'bytes' in body ? parseJson(body.bytes) : body.parsed
}

function parseJson(bytes: Uint8Array): unknown {
  if (exceedsLimits(bytes)) {
    const message = `must have at most ${maximumNames} names and ${maximumDepth} levels`
    throw new AuthError('invalid_request', { fields: [{ field: '', message }] })
  }
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (error) {
    throw new AuthError('invalid_json', { cause: error })
  }
}
