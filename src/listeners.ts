/**
 * Listeners of security events: typed by the event, and never in the way of what emits them.
 */

import type { AuthEvent, AuthEventType } from './events.ts'

type EventOf<Type extends AuthEventType> = Extract<AuthEvent, { readonly type: Type }>

/** Adds a listener. */
export interface OnEvent {
  /** @returns a function that removes the listener. */
  (type: '*', listener: (event: AuthEvent) => unknown): () => void
  <Type extends AuthEventType>(type: Type, listener: (event: EventOf<Type>) => unknown): () => void
}

export interface Listeners {
  readonly on: OnEvent
  /** Calls every listener at once and waits for none. Never throws. */
  emit(event: AuthEvent): void
}

interface Registration {
  readonly type: string
  readonly listener: (event: AuthEvent) => unknown
}

/** @param report told what a listener threw or rejected with. */
export function createListeners(report: (error: unknown) => void): Listeners {
  // A listener that is added twice is called twice, and removed one by one.
  const registrations = new Set<Registration>()

  // Asynchronous, so that a throw and a rejection are one thing; it begins at once all the same.
  async function call(listener: Registration['listener'], event: AuthEvent): Promise<void> {
    try {
      await listener(event)
    } catch (error) {
      report(error)
    }
  }

  return Object.freeze({
    on(type: string, listener: Registration['listener']) {
      if (typeof type !== 'string' || typeof listener !== 'function') {
        throw new TypeError("on needs a type of event, or '*', and a function")
      }
      const registration = { type, listener }
      registrations.add(registration)
      return () => void registrations.delete(registration)
    },
    emit(event: AuthEvent) {
      // Frozen, so that no listener changes what the next one gets.
      const frozen = Object.freeze({ ...event })
      for (const { type, listener } of [...registrations]) {
        if (type === '*' || type === event.type) void call(listener, frozen)
      }
    },
  })
}
