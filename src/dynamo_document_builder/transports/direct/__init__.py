"""
Sending without an SDK: everything about a request but the socket.

`settings` says where to and how patiently, `credentials` whose keys, `clock` what time it is there. `signing` and
`heads` make the bytes of a request, `answers` reads those that come back, `retries` decides what is tried again, and
`exchange` plays one request through all of it; `wiring` puts them together, `hooks` lets a client's handlers in. None
of them opens a socket or knows whether its caller blocks or awaits.
"""
