// The keys of `jwt:`, as the file names them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config.h"
#include "crypto/jose/key.h"
#include "jwt_method.h"
#include "key_source.h"

namespace auth {

// Says what is wrong with a key: at which place of the section, and the sentence.
using Complain = std::function<void(const std::string& path, const std::string& message)>;

// Secrets, PEM files, and the key set if it is a file.
[[nodiscard]] std::vector<gatehouse::crypto::jose::Key> keys_of(const JwtConfig& config,
                                                                const Complain& complain);
[[nodiscard]] gatehouse::crypto::jose::AlgorithmSet algorithms_of(const JwtConfig& config);
// The key set that is fetched, if there is one; its keys go to `ring`.
[[nodiscard]] std::unique_ptr<KeySource> source_of(const JwtConfig& config, KeyRing& ring);

}  // namespace auth
