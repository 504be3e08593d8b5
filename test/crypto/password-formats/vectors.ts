/**
 * Hashes that other people's software made, each with its password.
 *
 * Made on Python 3.11 with Passlib 1.7.4, bcrypt 4.0.1, argon2-cffi 25.1.0, Django 5.2.19 and Werkzeug
 * 3.1.9, at costs far below what these use by default, so that the tests are quick. The name says
 * which hasher; `decomposed` are passwords in NFD, `long` ones of more than 72 bytes. PHP's `$2y$` is
 * bcrypt's `$2b$` under another name. Firebase's is the published example of firebase/scrypt.
 */

export interface Vector {
  readonly name: string
  readonly password: string
  readonly hash: string
}

const usual = 'correct horse battery'
const decomposed = 'Zürich Ångström'.normalize('NFD')
const long = `${'x'.repeat(72)} beyond the seventy-two bytes`

const made: readonly (readonly [string, string, string])[] = [
  [
    'passlib scrypt',
    usual,
    '$scrypt$ln=10,r=8,p=1$kfL+35vz3jsHIGSsdc7Zew$QO2CvF+1yPsyXcUmdTPn0lGVuziMlgNaS0XRfWVwtyU',
  ],
  ['passlib pbkdf2_sha1', usual, '$pbkdf2$1000$fu89Z8yZk3JOqdWaU0qpFQ$xiMMnyUCJaXfXvacuIAbyf6yqyI'],
  [
    'passlib pbkdf2_sha256',
    usual,
    '$pbkdf2-sha256$1000$tVaKUaqV0ppzjrF27n2PUQ$5bkbVTqLyLn80At6k2wzVsQrDkf50olNtzzZnKuyoNQ',
  ],
  [
    'passlib pbkdf2_sha512',
    usual,
    '$pbkdf2-sha512$1000$/H9vzdn7f6.VshYiRIhRKg$YDs32HX.KfwMAGRR8KuJ2plCLkNmiGH17g0kNXPd0kKGXSivi1ek5SbfL0RH7te.OKLP3f6R/rdhZIzwr4tJzQ',
  ],
  [
    'passlib bcrypt_sha256 version 2',
    usual,
    '$bcrypt-sha256$v=2,t=2b,r=4$8QRIhfBl/FsXxUvBBSCgyu$ytwwKkSl04/ubgHq77i9M0gP4OSi51S',
  ],
  [
    'passlib bcrypt_sha256 version 1',
    usual,
    '$bcrypt-sha256$2b,4$QkQlI/bDPYefnc4q0O4rT.$HeHB8TlcFJgsvvcnpu.0nXTf5QQNhT6',
  ],
  [
    'passlib argon2id',
    usual,
    '$argon2id$v=19$m=64,t=2,p=1$nBMiRIiR0hpjDAHAGOOckw$x0HntvXOFVcc+Us/LaF+rRrN7rzZNqA321ilDtoyAXc',
  ],
  [
    'passlib scrypt, decomposed',
    decomposed,
    '$scrypt$ln=10,r=8,p=1$l5LyXkvpfU+p1fofQwihdA$FeTIVYVixX5+EpFWxr/dPVGFGtXNjedty8NvKNw9dVo',
  ],
  [
    'passlib pbkdf2_sha1, decomposed',
    decomposed,
    '$pbkdf2$1000$gjDG.F/L2TvnPGcMYaz1Hg$Oh/kQVKld7yV8df2pXjVfJw9UG8',
  ],
  [
    'passlib pbkdf2_sha256, decomposed',
    decomposed,
    '$pbkdf2-sha256$1000$iFGqFeIcA6B0TmktBYBQSg$nYSPw5oLUoagfz4//RctFuAsXsh5HR1eRlsBB0Nw8u8',
  ],
  [
    'passlib pbkdf2_sha512, decomposed',
    decomposed,
    '$pbkdf2-sha512$1000$R0hp7Z0TIkRIKSWE0Npb6w$u2LljdIs1CWBpX4ZG1CtwBsF1vzNoUdh4scsedO6gnVONkex05v/EyWtwiJwVe..ISsPmwwKW8qP6ZFbRk6C1A',
  ],
  [
    'passlib bcrypt_sha256 version 2, decomposed',
    decomposed,
    '$bcrypt-sha256$v=2,t=2b,r=4$xuxCSldTYROcWSSiYE8N.O$8mkJYRKhvBT.GeqkEYTF.TxFmLtUnre',
  ],
  [
    'passlib bcrypt_sha256 version 1, decomposed',
    decomposed,
    '$bcrypt-sha256$2b,4$gYf9WzQvYrLHSOQiZhB3KO$BtwDgVfxGPiNS0m79OfbwdfLmpApDBG',
  ],
  [
    'passlib argon2id, decomposed',
    decomposed,
    '$argon2id$v=19$m=64,t=2,p=1$PKcU4rx3TmmtVWoNgTDG2A$B6Y8PzvwxuEW5LeGNTrJ7VAIHBMy5r/jjIiXscTAoZY',
  ],
  [
    'passlib argon2i',
    usual,
    '$argon2i$v=19$m=64,t=2,p=2$OieEECLkHCMEIMQYg5CS8g$+T/NEezs87oZMY4Si8VAPjO9EqCO395/oexYVtzQ9ls',
  ],
  [
    'passlib argon2d',
    usual,
    '$argon2d$v=19$m=64,t=2,p=4$WyvlvPdeq7U25nzv/R/DGA$bnkkNIS0NAV+Ni1DGBOMX0NgLX1gPQV3t1UOEua8TYM',
  ],
  [
    'passlib scrypt, long',
    long,
    '$scrypt$ln=10,r=4,p=2$L0UIgdB6L+XcO2dsLYUwhg$Mbctzl2vt5ej/mlldr0KoYjDcAPjiB3EDBkr896pKvc',
  ],
  [
    'passlib bcrypt_sha256 version 2, long',
    long,
    '$bcrypt-sha256$v=2,t=2b,r=4$5VAhFVYVymRc6D9aLQYpWe$F5a4.pnyGHyRSZJoDRp0gB6MEf4ALsm',
  ],
  ['bcrypt 2a', usual, '$2a$04$O52Ivllp/piYrgcsTVDOfeVqcmDcdYq2sge29d1FdqC6VkJ0XSEpi'],
  ['bcrypt 2b', usual, '$2b$04$S9Wo8XrrYFJ3JgrdzZsCFOTP7VVsJUihfOyrrKNPg6.pjBJ9.PayS'],
  [
    'bcrypt 2b, decomposed',
    decomposed,
    '$2b$04$ZDIXvwvXvJ1B.hAOhVmSQefJhx9H4qp5YmokMqADN9YiHMZ7bIB.a',
  ],
  ['bcrypt 2b, long', long, '$2b$04$nZ8gEKTeez4ZvLkqfXGzOuKfu3iTgiiXM3SRXtLJLaHA9eBoHcUGC'],
  [
    'bcrypt 2y as PHP writes it',
    usual,
    '$2y$04$RXlezYIgNhDJjjFf/ET/g.24MqaUasgoGgocgB0jnMZnj/om156i2',
  ],
  [
    'argon2-cffi',
    usual,
    '$argon2id$v=19$m=64,t=1,p=4$pRp7YS+v5GkaV2/n6Pc/zA$rBT2oXQCMYFEgtv3h6gvWoweVdkImZGwykosVfPZozk',
  ],
  [
    'werkzeug scrypt',
    usual,
    'scrypt:1024:8:1$vTJtTQ9ti8FWqblG$1ecbc8882b89a8756ca936cdf636d6855a497fd82dddd58f7d333df0979971988ababa2bf21688b0ce7011b15112e2279d0c7b519ed884e4a8377ceac1108ac7',
  ],
  [
    'werkzeug scrypt, decomposed',
    decomposed,
    'scrypt:1024:8:1$gjxeWh04c17ukedH$fc7c293f9eec0e2c3f90d43f8d958c28315f9a3997fb45ca50366ff2873ffe6d1f44225dfcbf3a07398bd55408c5da6881af5250d248df5dcfcd21f8f73e6c29',
  ],
  [
    'werkzeug pbkdf2 sha1',
    usual,
    'pbkdf2:sha1:1000$zAdlNvI6NkzxhdE2$eefb933230a1f573b8cac2f7bb7648b962a39efa',
  ],
  [
    'werkzeug pbkdf2 sha256',
    usual,
    'pbkdf2:sha256:1000$A2vFq9CIyUVJa4wb$26b03edb77f6e9fcff0a6df4911b64f93527362afa129a5f844aca69755b22a6',
  ],
  [
    'werkzeug pbkdf2 sha512',
    usual,
    'pbkdf2:sha512:1000$R9sR368h1aIKButN$b44b9b4affb1bbff03113e37ca876b1558e1503748ee2a48fe6ed0493dc9589e8a31d9712ff1b63f1423e231bd4a8936c8ab02545a51b7aa1c02ccbee62623e4',
  ],
  [
    'django pbkdf2_sha256',
    usual,
    'pbkdf2_sha256$1000$1Vhd2PbOZBBiprUdnjs5j2$JwYWl+n8iQqJmVkDEpMaIcpjorawnhE1U8kc1u9YGhs=',
  ],
  [
    'django scrypt',
    usual,
    'scrypt$1024$oEicSrEUVblg8Rrl6k1WKW$8$5$yI0w/xYLFbLN3ianM4QWIZfX12KyYc9H9y+JiwxfhvzsusqOwKmK94CBBRGH3VtMl6hc59DMxLGzR3Qv/SDiWQ==',
  ],
  [
    'django bcrypt_sha256',
    usual,
    'bcrypt_sha256$$2b$04$rkOJwMzT3gkYRxDpWVeJsOar/DIk7h5Ut/GyO5OmHUsJtg6bz0s16',
  ],
  [
    'django argon2',
    usual,
    'argon2$argon2id$v=19$m=64,t=2,p=8$T1lvR0JSM2RUbEp6VGQ5QkxCWExTcQ$O7wE33FoBr79+BevMv5aE42PVhnUjvPYFmzOf2o4zmk',
  ],
  [
    'django pbkdf2_sha256, decomposed',
    decomposed,
    'pbkdf2_sha256$1000$cvxbHVOWjzUWz4kb9mhD1o$25dxAwK9dOaQfcbTXVwjBIvul9eUPiw3rnJ68dPSwrA=',
  ],
  [
    'django scrypt, decomposed',
    decomposed,
    'scrypt$1024$823QDCYmgYBrKf2d38cNRd$8$5$P0Q9OVkesMvvbQLjh8qqXFGuoizN13X2CQXDxSaffUd1AxrrE2NUx0UG24FIXR/0xcSPAewdz671sdmsMJxU9Q==',
  ],
  [
    'django bcrypt_sha256, decomposed',
    decomposed,
    'bcrypt_sha256$$2b$04$/j6bKlly3zDlPcHUDJM81OUop1fCpQkHAA/txzvycol653KJCY.2i',
  ],
  [
    'django argon2, decomposed',
    decomposed,
    'argon2$argon2id$v=19$m=64,t=2,p=8$aGRJbERhWWczQ0FGWG02SkVOQlQzcQ$c/mQB277IBHxd6UBTMk7Cz8lLA6fOeTo+4cEusqjup8',
  ],
  [
    'django pbkdf2_sha1',
    usual,
    'pbkdf2_sha1$1000$3Q6Z7SK0C7UQE12fdf4aJW$zINQcmHggVGoZWJGKnEnAC035JA=',
  ],
  ['django bcrypt', usual, 'bcrypt$$2b$04$omIFa.SsEDVwuyyFKZyJ7ubnnzClfPYlCKDjLIY1ASHm0hZOncQW2'],
  [
    'django bcrypt_sha256, long',
    long,
    'bcrypt_sha256$$2b$04$OH8ps3Cvbc0ubrxIF1Qjoe/vHZTjQ4MpPlFpXIUYeZnEnuPpL20iu',
  ],
  [
    'firebase/scrypt',
    'user1password',
    '$firebase-scrypt$ln=14,r=8,salt_separator=Bw==,signer_key=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  ],
]

export const vectors: readonly Vector[] = made.map(([name, password, hash]) => ({
  name,
  password,
  hash,
}))
