/** What the forms of an application hand in: the fields that are read, as they came. */

/** One of the two names, and the password. Fields of a form may be passed on as they came. */
export interface LoginForm {
  readonly username?: unknown
  readonly email?: unknown
  readonly password?: unknown
}

export interface RegistrationForm extends LoginForm {
  /** The name to show. */
  readonly name?: unknown
}

export interface PasswordForm {
  readonly currentPassword?: unknown
  readonly newPassword?: unknown
}
