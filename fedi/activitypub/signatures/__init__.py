"""Who sent this request, who wrote this document: keys, and the schemes in which servers sign.

`message` holds what every scheme of requests shares, `cavage` is draft-cavage-http-signatures-12 (what nearly every
server sends), `rfc9421` what has become of it; `schemes` tells them apart. `proofs` are of documents. `keys` and
`multikey` read and write keys, `digest` and `window` check the body and the time.
Nothing here waits, and nobody here asks the clock: the time is handed in, in milliseconds since 1970.
"""
