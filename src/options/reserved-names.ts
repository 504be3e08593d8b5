/** The usernames that nobody gives themselves, unless `account.reservedNames` says otherwise. */

/**
 * Names of the operator (RFC 2142 and usual ones), and words that programs and addresses use for
 * nobody, everybody or whoever asks. In lower case.
 */
export const defaultReservedNames: readonly string[] = Object.freeze([
  ...['admin', 'administrator', 'root', 'superuser', 'sysadmin', 'system', 'daemon', 'operator'],
  ...[
    'moderator',
    'staff',
    'official',
    'support',
    'help',
    'helpdesk',
    'security',
    'abuse',
    'billing',
  ],
  ...['postmaster', 'hostmaster', 'webmaster', 'mailer-daemon', 'noreply', 'countersign'],
  ...['anonymous', 'nobody', 'everyone', 'all', 'me', 'self', 'null', 'undefined'],
])
