// Users as the tutorial's own registration left them: bcrypt hashes in the collection `users`.
// Run it once; one that is there stays as it is.
import { hash } from '@node-rs/bcrypt'
import mongoose from 'mongoose'
import { User } from './user.mjs'

if (!process.env.MONGODB_URL) {
  console.error('Set MONGODB_URL, for instance to mongodb://127.0.0.1:27017/tutorial.')
  process.exit(1)
}
await mongoose.connect(process.env.MONGODB_URL, { serverSelectionTimeoutMS: 5000 })
const password = await hash('hunter2 of old', 10)
for (const [name, email, role] of [
  ['Grace', 'grace@example.org', 'user'],
  ['Edsger', 'edsger@example.org', 'admin'],
]) {
  await User.updateOne({ email }, { $setOnInsert: { name, password, role } }, { upsert: true })
  console.log(`${email} has the password 'hunter2 of old'`)
}
await mongoose.disconnect()
