
static void ck_dropout(size_t count, uint64_t seed, float rate, float *out) {
  int32_t threshold = (int32_t)(rate * 65536.0f + 0.5f);
  float kept = 1 / (1 - (float)threshold / 65536.0f);
  for (size_t k = 0; k < count; k += LANES) {
    uint64_t bits[LANES / 4];
    uint16_t parts[LANES];
    for (size_t l = 0; l < LANES / 4; l++) bits[l] = next(&seed);
    memcpy(parts, bits, sizeof parts);
    lanes_int draws;
    for (int l = 0; l < LANES; l++) draws[l] = parts[l];
    lanes factor = SELECT(draws < threshold, (lanes){}, ALL(kept));
    lanes_store(out + k, &factor, count - k < LANES ? (int)(count - k) : LANES);
  }
}

/* Box and Muller: two uniform numbers give the radius and the angle of two normal ones. */
static void ck_normals(size_t count, uint64_t seed, float *out) {
  for (size_t k = 0; k < count; k += 2 * LANES) {
    uint64_t bits[LANES];
    for (size_t l = 0; l < LANES; l++) bits[l] = next(&seed);
    lanes_int halves[2];
    memcpy(halves, bits, sizeof bits);
    /* Twenty-four bits each; the uniform number for the radius is not 0, because its logarithm
       is taken. */
    lanes u = __builtin_convertvector((lanes_int)((lanes_uint)halves[0] >> 8) + 1, lanes);
    lanes turn = __builtin_convertvector((lanes_int)((lanes_uint)halves[1] >> 8), lanes);
    lanes logarithm;
    u *= 0x1p-24f;
    turn *= 0x1p-24f;
    lanes_log(&logarithm, &u);
    lanes root = -2.0f * logarithm;
    root = __builtin_elementwise_sqrt(SELECT(root > 0.0f, root, (lanes){}));
    /* The angle is quarter * pi / 2 + r with |r| <= pi / 4. */
    lanes shifted = FMA(turn, 4.0f, 12582912.0f);
    lanes_int quarter = (lanes_int)shifted;
    lanes r = FMA(turn, 4.0f, 12582912.0f - shifted) * 1.57079633f;
    lanes s = r * r;
    lanes sine = FMA(FMA(-1.95172979e-4f, s, 8.33217814e-3f), s, -1.66666549e-1f);
    sine = FMA(sine, r * s, r);
    lanes cosine = FMA(FMA(2.44384497e-5f, s, -1.38873675e-3f), s, 4.16666469e-2f);
    cosine = FMA(cosine, s * s, FMA(-0.5f, s, 1.0f));
    lanes_int swapped = (quarter & 1) != 0;
    lanes c = SELECT(swapped, sine, cosine), d = SELECT(swapped, cosine, sine);
    c = SELECT(((quarter + 1) & 2) != 0, -c, c);
    d = SELECT((quarter & 2) != 0, -d, d);
    c *= root;
    d *= root;
    size_t rest = count - k;
    lanes_store(out + k, &c, rest < LANES ? (int)rest : LANES);
    if (rest > LANES)
      lanes_store(out + k + LANES, &d, rest < 2 * LANES ? (int)(rest - LANES) : LANES);
  }
}
