/** Describes the API (OpenAPI 3.1) from the rows that serve it and the schemas that validate. */

import * as z from 'zod'
import { describeAnswers } from './openapi-answers.ts'
import type { Route } from './route.ts'
import { schemas } from './schemas.ts'
import type { HttpSettings } from './settings.ts'

export function describeApi(settings: HttpSettings, routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replace(':id', '{id}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Countersign', version: '1', description: 'Authentication.' },
    servers: [{ url: `${settings.ownOrigin}${settings.basePath}` }],
    paths,
    components: {
      schemas: describeAnswers(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: settings.secureCookies ? '__Host-access_token' : 'access_token',
        },
      },
    },
  }
}

function describeRoute(route: Route): object {
  return {
    summary: route.summary,
    operationId: operationId(route),
    ...(route.path.includes(':id') && { parameters: [idParameter] }),
    ...((route.access === 'session' || route.findsCredentials) && {
      security: [{ bearer: [] }, { cookie: [] }],
    }),
    ...(route.body && { requestBody: describeBody(route) }),
    responses: {
      [route.success.status]: describeSuccess(route),
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: reference('Problem') } },
      },
    },
  }
}

function describeBody({ body = 'empty' }: Route): object {
  const schema = z.toJSONSchema(schemas[body], { io: 'input' }) as Record<string, unknown>
  delete schema.$schema
  const required = Array.isArray(schema.required) && schema.required.length > 0
  return { required, content: { 'application/json': { schema } } }
}

function describeSuccess({ success }: Route): object {
  const description = success.status === 204 ? 'Done' : 'The answer'
  if (success.schema === undefined) return { description }
  return { description, content: { 'application/json': { schema: reference(success.schema) } } }
}

const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', format: 'uuid' },
}

const reference = (name: string): object => ({ $ref: `#/components/schemas/${name}` })

const operationId = (route: Route): string =>
  `${route.method.toLowerCase()}${route.path.replaceAll(/[^a-z]+(\w)?/g, (_, letter: string = '') => letter.toUpperCase())}`
