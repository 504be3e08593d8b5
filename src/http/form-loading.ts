/** Loads the form actions with the first form, as the routes load with the first request. */

import type { HttpCore } from './core.ts'

export type { FormRequest } from './form-actions.ts'

type FormActions = typeof import('./form-actions.ts')

/** @throws TypeError without `cookies.renewInGuard`: no form route would see the refresh cookie. */
export function loadFormActions({ settings, load }: HttpCore): Promise<FormActions> {
  if (!settings.renewInGuard) {
    throw new TypeError('forms need createAuth({ cookies: { renewInGuard: true } })')
  }
  return load.forms() as Promise<FormActions>
}
